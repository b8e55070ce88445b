package dev.perdure.runtime;

import dev.perdure.runtime.record.EntityAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A saga as callers and operators see it. Times are microseconds since 1970, 0 if not yet.
 *
 * @param version of the saga's record
 * @param input JSON
 * @param steps in the order in which they were first attempted
 * @param result JSON once completed; else null
 * @param failure why it was or is being compensated, or is parked; else null
 * @param wakeMicros when it goes on by itself; 0 if at once or never
 */
public record SagaView(
    EntityAddress address,
    long version,
    Status status,
    byte[] input,
    List<Step> steps,
    byte @Nullable [] result,
    @Nullable Failure failure,
    long startedMicros,
    long endedMicros,
    long wakeMicros) {

  /** Where a saga stands. */
  public enum Status {
    RUNNING,
    COMPLETED,
    COMPENSATING,
    COMPENSATED,
    PARKED
  }

  /** Where a step stands. */
  public enum StepState {
    /** Intended; its outcome is not known yet. */
    RUNNING,
    DONE,
    FAILED,
    COMPENSATING,
    COMPENSATED,
    /** Taken as done by a person. */
    SKIPPED
  }

  /**
   * One step.
   *
   * @param key of a repeated step; empty else
   * @param kind {@code command}, {@code call}, {@code sleep}, {@code signal}, {@code child}
   * @param attempts since the last record of it
   * @param error why the last attempt failed; null if none did
   * @param result JSON; null if there is none
   */
  public record Step(
      String name,
      String key,
      String kind,
      StepState state,
      int attempts,
      long startedMicros,
      long endedMicros,
      @Nullable String error,
      byte @Nullable [] result) {}

  /**
   * Why.
   *
   * @param code the saga's own, a step's, or one of the platform's
   * @param detail for people
   * @param by the person or program that asked for it; empty if the saga itself
   */
  public record Failure(String code, String detail, String by) {}
}
