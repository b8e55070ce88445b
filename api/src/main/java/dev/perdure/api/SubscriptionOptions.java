package dev.perdure.api;

/**
 * How a subscription reads.
 *
 * @param batch how many events at most are handed over at once
 * @param retry of an event that fails; when it is exhausted the event is a dead letter
 * @param beginning where it starts when it is new
 */
public record SubscriptionOptions(int batch, Retry retry, Beginning beginning) {

  private static final int BATCH_MAX = 10_000;

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
  }

  /** A hundred at once, eight attempts, from the first event on. */
  public static SubscriptionOptions defaults() {
    return new SubscriptionOptions(100, Retry.times(8), Beginning.FIRST_EVENT);
  }

  public SubscriptionOptions withBatch(int other) {
    return new SubscriptionOptions(other, retry, beginning);
  }

  public SubscriptionOptions withRetry(Retry other) {
    return new SubscriptionOptions(batch, other, beginning);
  }

  public SubscriptionOptions withBeginning(Beginning other) {
    return new SubscriptionOptions(batch, retry, other);
  }
}
