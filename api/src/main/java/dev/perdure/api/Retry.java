package dev.perdure.api;

import java.time.Duration;

/**
 * How often something is tried, and how long is waited between two attempts. The waits are jittered
 * and durable.
 *
 * @param attempts how often at most, the first one counted
 * @param first wait before the second attempt
 * @param factor by which each wait is longer than the one before
 * @param longest no wait is longer
 */
public record Retry(int attempts, Duration first, double factor, Duration longest) {

  public Retry {
    if (attempts < 1 || first.isNegative() || longest.compareTo(first) < 0 || !(factor >= 1)) {
      throw new IllegalArgumentException(
          "a retry needs at least one attempt, a wait that is not negative, a longest wait that is"
              + " not shorter, and a factor of at least 1");
    }
  }

  /** One attempt. */
  public static Retry never() {
    return new Retry(1, Duration.ZERO, 1, Duration.ZERO);
  }

  /** So many attempts, waits from 100 ms doubling to a minute. */
  public static Retry times(int attempts) {
    return new Retry(attempts, Duration.ofMillis(100), 2, Duration.ofMinutes(1));
  }

  /** The wait behind an attempt, counted from 1, before it is jittered. */
  public Duration after(int attempt) {
    double wait = first.toNanos() * Math.pow(factor, Math.min(attempt, 1000) - 1.0);
    return wait < longest.toNanos() ? Duration.ofNanos((long) wait) : longest;
  }
}
