package dev.perdure.client;

import java.time.Instant;

/** What became of an operation. */
public sealed interface OperationStatus {

  /** It was answered, and is remembered for as long as the node's retention says. */
  record Recorded(Answer answer, Instant time) implements OperationStatus {}

  /** It is being executed. */
  record InProgress() implements OperationStatus {}

  /** Nothing is known of it: it was not executed, or longer ago than the retention. */
  record Unknown() implements OperationStatus {}
}
