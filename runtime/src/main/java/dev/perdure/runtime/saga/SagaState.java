package dev.perdure.runtime.saga;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a saga stands. Times are microseconds since 1970, 0 for not yet.
 *
 * @param start what it was started with; null before that
 * @param steps in the order in which they were intended
 * @param signals that came and were not taken
 * @param failure why it is compensated; null if it is not
 * @param parked why it waits for a person; null if it does not
 * @param result JSON; null before it is completed
 * @param driver who drives it; empty for nobody yet
 * @param until it rests until then; 0 if it does not
 * @param poked when something last happened that it has to look at
 * @param bytes of what it keeps
 */
public record SagaState(
    Phase phase,
    @Nullable Start start,
    List<StepRecord> steps,
    List<Kept> signals,
    @Nullable Failure failure,
    @Nullable Parked parked,
    @Nullable String result,
    String driver,
    long until,
    long poked,
    long endedAt,
    long bytes) {

  /** It rests until something happens. */
  public static final long FOR_EVER = Long.MAX_VALUE;

  /** Which way it goes. */
  public enum Phase {
    NONE,
    FORWARD,
    BACKWARD,
    COMPLETED,
    COMPENSATED
  }

  /**
   * What it was started with.
   *
   * @param deadline when it is compensated, 0 for never
   */
  public record Start(
      String input,
      String principal,
      String trace,
      @Nullable String parent,
      long seed,
      long deadline,
      long at) {}

  /** A signal that nobody took yet. */
  public record Kept(String name, String body, long at) {}

  /** Why it is compensated, and who asked for it; empty if the saga itself. */
  public record Failure(String code, String detail, String by) {}

  static final SagaState NOTHING =
      new SagaState(Phase.NONE, null, List.of(), List.of(), null, null, null, "", 0, 0, 0, 0);

  public SagaState {
    steps = List.copyOf(steps);
    signals = List.copyOf(signals);
  }

  /** True if nothing more will happen to it. */
  public boolean ended() {
    return phase == Phase.COMPLETED || phase == Phase.COMPENSATED;
  }

  /** What it was started with. */
  public Start started() {
    if (start == null) {
      throw new IllegalStateException("the saga has not begun");
    }
    return start;
  }

  /** The step of a name; null if it was never intended. */
  public @Nullable StepRecord step(StepName name) {
    for (StepRecord one : steps) {
      if (one.step().equals(name)) {
        return one;
      }
    }
    return null;
  }

  /** The oldest signal of a name; null if there is none. */
  public @Nullable Kept signal(String name) {
    for (Kept one : signals) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    return null;
  }

  SagaState phase(Phase other, @Nullable Failure why, long at) {
    long end = other == Phase.COMPLETED || other == Phase.COMPENSATED ? at : 0;
    return new SagaState(
        other, start, steps, signals, why, null, result, driver, 0, at, end, bytes);
  }

  SagaState completed(String with, long at) {
    return new SagaState(
        Phase.COMPLETED, start, steps, List.of(), failure, null, with, driver, 0, poked, at, bytes);
  }

  SagaState parked(Parked why) {
    return new SagaState(
        phase, start, steps, signals, failure, why, result, driver, 0, poked, endedAt, bytes);
  }

  SagaState driven(String by, long rest) {
    return new SagaState(
        phase, start, steps, signals, failure, parked, result, by, rest, poked, endedAt, bytes);
  }

  SagaState poked(long at) {
    return new SagaState(
        phase, start, steps, signals, failure, null, result, driver, 0, at, endedAt, bytes);
  }

  SagaState steps(List<StepRecord> other, long more) {
    return new SagaState(
        phase,
        start,
        other,
        signals,
        failure,
        parked,
        result,
        driver,
        until,
        poked,
        endedAt,
        bytes + more);
  }

  SagaState signals(List<Kept> other, long more) {
    return new SagaState(
        phase,
        start,
        steps,
        other,
        failure,
        parked,
        result,
        driver,
        until,
        poked,
        endedAt,
        bytes + more);
  }

  SagaState intended(StepRecord step, long more) {
    List<StepRecord> all = new ArrayList<>(steps.size() + 1);
    all.addAll(steps);
    all.add(step);
    return steps(all, more);
  }

  SagaState replaced(StepRecord step, long more) {
    List<StepRecord> all = new ArrayList<>(steps);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).step().equals(step.step())) {
        all.set(i, step);
      }
    }
    return steps(all, more);
  }
}
