package dev.perdure.runtime.saga;

import dev.perdure.api.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a saga's record is told. Nobody outside of the platform can send these. */
public sealed interface SagaCommand {

  /**
   * Begins.
   *
   * @param input JSON
   * @param deadline microseconds from now until it is compensated; null for never
   * @param parent who waits for it, as type/id; null if nobody
   * @param seed of what its code finds random
   * @param first what its driver did at once; null if nobody drives it yet
   */
  @Named("start")
  record Start(
      String input,
      @Nullable Long deadline,
      @Nullable String parent,
      String trace,
      long seed,
      @Nullable Advance first)
      implements SagaCommand {

    /** Together with what its driver did at once. */
    public Start with(Advance done) {
      return new Start(input, deadline, parent, trace, seed, done);
    }
  }

  /**
   * What its driver did since it last told. The order in which things take effect is that of the
   * parameters.
   *
   * @param driver which one; a driver that was replaced finds another one here
   * @param ended outcomes of steps
   * @param undone steps that were compensated
   * @param failed from now on it is compensated; null if not
   * @param intended steps that are attempted next
   * @param until it rests until then, microseconds since 1970; null to go on at once
   * @param last how it ends or where it is parked; null if neither
   */
  @Named("advance")
  record Advance(
      String driver,
      List<Ended> ended,
      List<Undone> undone,
      @Nullable Failed failed,
      List<Intended> intended,
      @Nullable Long until,
      @Nullable Last last)
      implements SagaCommand {
    public Advance {
      ended = List.copyOf(ended);
      undone = List.copyOf(undone);
      intended = List.copyOf(intended);
    }
  }

  /** A step's outcome, or what became of its last attempt. */
  record Ended(StepName step, StepOutcome outcome, long at) {}

  /**
   * What became of compensating a step.
   *
   * @param error why the last attempt failed; null if it is compensated
   */
  record Undone(StepName step, int attempts, @Nullable String error, long at) {}

  /** Why it is compensated. */
  record Failed(String code, String detail) {}

  /** A step that is attempted next. */
  record Intended(StepName step, Intent intent, long at) {}

  /**
   * The end, or a rest without one. Exactly one is given.
   *
   * @param result JSON; completed with it
   * @param parked where and why
   */
  record Last(@Nullable String result, @Nullable Parked parked, boolean compensated) {}

  /**
   * A message from outside.
   *
   * @param body JSON
   */
  @Named("signal")
  record Signal(String name, String body) implements SagaCommand {}

  /** Somebody wants it compensated. */
  @Named("cancel")
  record Cancel(String reason) implements SagaCommand {}

  /**
   * A person decides about it while it is parked.
   *
   * @param choice retry, skip, provide or compensate
   * @param result JSON, for provide
   */
  @Named("decide")
  record Decide(String choice, @Nullable String result, String reason) implements SagaCommand {}

  /** Something that it waits for may have happened. */
  @Named("nudge")
  record Nudge(String about) implements SagaCommand {}
}
