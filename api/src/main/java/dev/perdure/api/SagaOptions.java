package dev.perdure.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What holds for a whole saga.
 *
 * @param retry of calls that say nothing else
 * @param undoRetry of compensations; when it is exhausted the saga is parked
 * @param timeout of an attempt that says nothing else
 * @param deadline a saga that has not ended by itself after this is compensated; empty for none
 */
public record SagaOptions(
    Retry retry, Retry undoRetry, Duration timeout, Optional<Duration> deadline) {

  /** Eight attempts over half a minute; twenty to compensate, over a quarter of an hour. */
  public static SagaOptions defaults() {
    return new SagaOptions(
        Retry.times(8), Retry.times(20), Duration.ofSeconds(10), Optional.empty());
  }

  public SagaOptions withRetry(Retry other) {
    return new SagaOptions(other, undoRetry, timeout, deadline);
  }

  public SagaOptions withUndoRetry(Retry other) {
    return new SagaOptions(retry, other, timeout, deadline);
  }

  public SagaOptions withTimeout(Duration other) {
    return new SagaOptions(retry, undoRetry, other, deadline);
  }

  public SagaOptions withDeadline(Duration other) {
    return new SagaOptions(retry, undoRetry, timeout, Optional.of(other));
  }
}
