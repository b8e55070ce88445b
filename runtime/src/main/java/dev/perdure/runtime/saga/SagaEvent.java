package dev.perdure.runtime.saga;

import dev.perdure.api.Named;
import org.jspecify.annotations.Nullable;

/** What happened to a saga. Times are microseconds since 1970. */
public sealed interface SagaEvent {

  /** It began. */
  @Named("saga-started")
  record Started(
      String input,
      String principal,
      String trace,
      @Nullable String parent,
      long seed,
      @Nullable Long deadline,
      @Nullable String driver,
      long at)
      implements SagaEvent {}

  /** A step is about to be attempted. */
  @Named("step-intended")
  record StepIntended(StepName step, Intent intent, long at) implements SagaEvent {}

  /** A step has an outcome, or an attempt of it has failed. */
  @Named("step-ended")
  record StepEnded(StepName step, StepOutcome outcome, long at) implements SagaEvent {}

  /** A step was compensated, or an attempt to do so has failed. */
  @Named("step-compensated")
  record StepCompensated(StepName step, int attempts, @Nullable String error, long at)
      implements SagaEvent {}

  /** From now on it is compensated. */
  @Named("saga-failed")
  record Failed(String code, String detail, String by, long at) implements SagaEvent {}

  /** A driver took it over, or rests. */
  @Named("saga-driven")
  record Driven(String driver, @Nullable Long until) implements SagaEvent {}

  /** A signal came and is kept. */
  @Named("signal-came")
  record SignalCame(String name, String body, long at) implements SagaEvent {}

  /** It is to look again at what it waits for. */
  @Named("saga-nudged")
  record Nudged(String about, long at) implements SagaEvent {}

  /** It waits for a person. */
  @Named("saga-parked")
  record ParkedNow(Parked parked, long at) implements SagaEvent {}

  /** A person decided. */
  @Named("saga-decided")
  record Decided(String choice, @Nullable String result, String reason, String by, long at)
      implements SagaEvent {}

  /** It ended, with a result. */
  @Named("saga-completed")
  record Completed(String result, long at) implements SagaEvent {}

  /** It ended, with all that it did undone. */
  @Named("saga-compensated")
  record Compensated(long at) implements SagaEvent {}
}
