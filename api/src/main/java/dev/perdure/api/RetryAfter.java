package dev.perdure.api;

import java.time.Duration;

/**
 * Thrown by {@link Subscription#handle}: what it calls failed, and said when to come again. A
 * failure of that dependency like any other exception; the next attempt waits at least so long.
 */
public class RetryAfter extends RuntimeException {

  /**
   * No wait is longer: a dependency that failed and is then not asked for a minute would pass for
   * whole again, though nobody knows.
   */
  public static final Duration LONGEST = Duration.ofSeconds(45);

  private static final long serialVersionUID = 1;

  private final Duration delay;

  /**
   * A failure.
   *
   * @param reason for the person who looks at the subscription
   * @param delay not negative; more than {@link #LONGEST} is cut to that, and nothing leaves the
   *     usual waits as they are
   */
  public RetryAfter(String reason, Duration delay) {
    super(reason);
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay + "; it cannot be negative");
    }
    this.delay = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }

  /** How long what failed wants to be left alone; at most {@link #LONGEST}. */
  public Duration delay() {
    return delay;
  }
}
