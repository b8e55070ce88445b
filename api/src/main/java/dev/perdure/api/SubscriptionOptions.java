package dev.perdure.api;

import java.time.Duration;

/**
 * How a subscription reads.
 *
 * @param batch how many events at most are handed over at once
 * @param retry of an event that fails; when it is exhausted the event is a dead letter
 * @param beginning where it starts when it is new
 * @param timeout how long a handler may take for what it is handed; then it is interrupted, and
 *     that is a failed attempt. Nothing else is handed over before it has ended
 * @param dependency what its handler calls outside, as {@link Capability#needs} names it; empty if
 *     nothing. While that does not answer the subscription waits, and no attempt is counted
 */
public record SubscriptionOptions(
    int batch, Retry retry, Beginning beginning, Duration timeout, String dependency) {

  private static final int BATCH_MAX = 10_000;
  private static final Duration TIMEOUT_MAX = Duration.ofHours(1);

  /** Where a new subscription starts. */
  public enum Beginning {
    /** With the first event there is. */
    FIRST_EVENT,
    /** With what happens from then on. */
    NOW
  }

  public SubscriptionOptions {
    if (batch < 1 || batch > BATCH_MAX) {
      throw new IllegalArgumentException(
          "a batch of " + batch + " events; 1 to " + BATCH_MAX + " are allowed");
    }
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "a timeout of " + timeout + "; 1 ms to " + TIMEOUT_MAX.toMinutes() + " min are allowed");
    }
  }

  /** A hundred at once, eight attempts, from the first event on, a minute, no dependency. */
  public static SubscriptionOptions defaults() {
    return new SubscriptionOptions(
        100, Retry.times(8), Beginning.FIRST_EVENT, Duration.ofMinutes(1), "");
  }

  public SubscriptionOptions withBatch(int other) {
    return new SubscriptionOptions(other, retry, beginning, timeout, dependency);
  }

  public SubscriptionOptions withRetry(Retry other) {
    return new SubscriptionOptions(batch, other, beginning, timeout, dependency);
  }

  public SubscriptionOptions withBeginning(Beginning other) {
    return new SubscriptionOptions(batch, retry, other, timeout, dependency);
  }

  /** The same with another time for what is handed over at once. */
  public SubscriptionOptions withTimeout(Duration other) {
    return new SubscriptionOptions(batch, retry, beginning, other, dependency);
  }

  /** The same for a handler that calls this outside. */
  public SubscriptionOptions withDependency(String name) {
    return new SubscriptionOptions(batch, retry, beginning, timeout, name);
  }
}
