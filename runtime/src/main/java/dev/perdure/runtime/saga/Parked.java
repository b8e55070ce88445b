package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * Why a person has to look at a saga.
 *
 * @param step at which one; null if at none
 * @param undoing true if it is the step's compensation that does not go on
 */
public record Parked(String code, String detail, @Nullable StepName step, boolean undoing) {

  /** Nobody knows whether the step was done. */
  public static final String OUTCOME_UNKNOWN = "outcome-unknown";

  /** A saga that the step waits for was cancelled, and does not end. */
  public static final String CHILD_NOT_ENDED = "child-not-ended";

  /** A saga that the step waits for cannot be cancelled. */
  public static final String CHILD_NOT_CANCELLED = "child-not-cancelled";

  /** True if a person may say that the step was done, although the saga turned back. */
  boolean asksForOutcome() {
    return code.equals(OUTCOME_UNKNOWN)
        || code.equals(CHILD_NOT_ENDED)
        || code.equals(CHILD_NOT_CANCELLED);
  }
}
