package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * What became of a step.
 *
 * @param state RUNNING if only an attempt has failed
 * @param result JSON; null if there is none
 * @param code why there is none; null if there is, or nothing is known
 * @param attempts so far
 */
public record StepOutcome(
    StepRecord.State state,
    @Nullable String result,
    @Nullable String code,
    @Nullable String detail,
    int attempts) {

  /** It was done. */
  public static StepOutcome done(@Nullable String result, int attempts) {
    return new StepOutcome(StepRecord.State.DONE, result, null, null, attempts);
  }
}
