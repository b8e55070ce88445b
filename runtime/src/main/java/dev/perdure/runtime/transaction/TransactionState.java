package dev.perdure.runtime.transaction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a transaction.
 *
 * @param attempt the newest one, from 1; 0 if there was none
 * @param fingerprint of its parts
 * @param until when anybody may end the attempt; microseconds since 1970
 * @param results of its parts, in the caller's order, once it is committed
 * @param rejection why a part of it rejects it, for ever; null if none does
 */
public record TransactionState(
    int attempt,
    long fingerprint,
    Status status,
    long until,
    List<Part> results,
    @Nullable Refusal rejection) {

  /** Where the newest attempt stands. */
  public enum Status {
    NONE,
    OPEN,
    COMMITTED,
    ABORTED,
    REJECTED
  }

  /**
   * What a part of it gave.
   *
   * @param version of its entity after it
   * @param reply JSON
   */
  public record Part(long version, String reply) {}

  /**
   * Which part rejected it.
   *
   * @param part its place in the caller's order
   */
  public record Refusal(int part, String code, String detail) {}

  static final TransactionState NOTHING =
      new TransactionState(0, 0, Status.NONE, 0, List.of(), null);

  public TransactionState {
    results = List.copyOf(results);
  }

  TransactionState is(Status other, List<Part> parts, @Nullable Refusal refusal) {
    return new TransactionState(attempt, fingerprint, other, until, parts, refusal);
  }
}
