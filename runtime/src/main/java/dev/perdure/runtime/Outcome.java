package dev.perdure.runtime;

import dev.perdure.kernel.ProblemCode;

/**
 * What a caller gets. A {@code Done} or {@code Rejected} exists only behind what it saw being
 * durable.
 */
public sealed interface Outcome {

  /**
   * Accepted, or a state read.
   *
   * @param version the entity's version
   * @param body JSON
   * @param replayed true if this is the recorded reply of an earlier run
   */
  record Done(long version, byte[] body, boolean replayed) implements Outcome {}

  /**
   * Rejected by the entity's rules.
   *
   * @param code the rejection's own code
   * @param detail for people
   */
  record Rejected(String code, String detail, long version, boolean replayed) implements Outcome {}

  /**
   * Refused or failed by the platform.
   *
   * @param detail what happened, which value, which limit
   * @param version the entity's version where it matters, else -1
   * @param retryAfterMs when to come again; 0 if that is not known or useless
   */
  record Failed(ProblemCode code, String detail, long version, long retryAfterMs)
      implements Outcome {

    /** A failure without a version or a time to wait. */
    public static Failed of(ProblemCode code, String detail) {
      return new Failed(code, detail, -1, 0);
    }

    /**
     * True for a failure that says nothing of what was asked, only that it cannot be answered now.
     */
    public boolean passing() {
      return switch (code) {
        case OUTCOME_UNKNOWN,
            NO_LEADER,
            DRAINING,
            READ_ONLY,
            OVERLOADED,
            LOCKED,
            DEADLINE_EXCEEDED,
            PREDECESSOR,
            INTERNAL,
            OPERATION_QUOTA,
            QUOTA_EXCEEDED,
            TOO_MANY_SAGAS,
            QUEUE_FULL,
            QUEUE_LIMITED,
            DECIDE_TIMEOUT ->
            true;
        default -> false;
      };
    }

    /** A refusal that is worth repeating. */
    public static Failed retry(ProblemCode code, String detail, long retryAfterMs) {
      return new Failed(code, detail, -1, retryAfterMs);
    }
  }
}
