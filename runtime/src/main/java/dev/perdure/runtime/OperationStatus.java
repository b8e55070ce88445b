package dev.perdure.runtime;

/** What is known of an operation id. */
public sealed interface OperationStatus {

  /**
   * It took effect; this is its recorded answer.
   *
   * @param stampMicros when, microseconds since 1970
   */
  record Recorded(Outcome answer, long stampMicros) implements OperationStatus {}

  /** It is being decided or made durable. */
  record InProgress() implements OperationStatus {}

  /** Never seen, not yet arrived, or older than the retention. */
  record Unknown() implements OperationStatus {}

  /** It could not be found out now. */
  record Failed(Outcome.Failed problem) implements OperationStatus {}
}
