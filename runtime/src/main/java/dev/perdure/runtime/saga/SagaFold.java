package dev.perdure.runtime.saga;

import dev.perdure.runtime.saga.SagaState.Phase;
import java.util.ArrayList;
import java.util.List;

/** What each event makes of a saga's state. */
final class SagaFold {

  private SagaFold() {}

  static SagaState next(SagaState state, SagaEvent event) {
    return switch (event) {
      case SagaEvent.Started e -> started(e);
      case SagaEvent.StepIntended e ->
          state.intended(StepRecord.intended(e.step(), e.intent(), e.at()), weight(e));
      case SagaEvent.StepEnded e -> ended(state, e);
      case SagaEvent.StepCompensated e -> compensated(state, e);
      case SagaEvent.Failed e ->
          state.phase(Phase.BACKWARD, new SagaState.Failure(e.code(), e.detail(), e.by()), e.at());
      case SagaEvent.Driven e -> state.driven(e.driver(), e.until() == null ? 0 : e.until());
      case SagaEvent.SignalCame e -> signal(state, e);
      case SagaEvent.Nudged e -> state.poked(e.at());
      case SagaEvent.ParkedNow e -> state.parked(e.parked());
      case SagaEvent.Decided e -> decided(state, e);
      case SagaEvent.Completed e -> state.completed(e.result(), e.at());
      case SagaEvent.Compensated e -> state.phase(Phase.COMPENSATED, state.failure(), e.at());
    };
  }

  private static SagaState started(SagaEvent.Started e) {
    SagaState.Start start =
        new SagaState.Start(
            e.input(),
            e.principal(),
            e.trace(),
            e.parent(),
            e.seed(),
            e.deadline() == null ? 0 : e.deadline(),
            e.at());
    return new SagaState(
        Phase.FORWARD,
        start,
        List.of(),
        List.of(),
        null,
        null,
        null,
        e.driver() == null ? "" : e.driver(),
        0,
        e.at(),
        0,
        e.input().length());
  }

  private static long weight(SagaEvent.StepIntended e) {
    UndoRecord undo = e.intent().undo();
    return 100L + (undo == null ? 0 : undo.arguments().length());
  }

  private static SagaState ended(SagaState state, SagaEvent.StepEnded e) {
    StepRecord step = state.step(e.step());
    if (step == null) {
      return state;
    }
    String result = e.outcome().result();
    SagaState next =
        state.replaced(step.with(e.outcome(), e.at()), result == null ? 0 : result.length());
    return step.intent().kind().equals("signal") && e.outcome().state() == StepRecord.State.DONE
        ? taken(next, step.step().name())
        : next;
  }

  private static SagaState taken(SagaState state, String signal) {
    SagaState.Kept first = state.signal(signal);
    if (first == null) {
      return state;
    }
    List<SagaState.Kept> left = new ArrayList<>(state.signals());
    left.remove(first);
    return state.signals(left, -first.body().length());
  }

  private static SagaState compensated(SagaState state, SagaEvent.StepCompensated e) {
    StepRecord step = state.step(e.step());
    if (step == null) {
      return state;
    }
    String error = e.error();
    return state.replaced(
        error == null
            ? step.undone(StepRecord.State.COMPENSATED, e.attempts())
            : step.undoFailed(e.attempts(), error),
        0);
  }

  private static SagaState signal(SagaState state, SagaEvent.SignalCame e) {
    List<SagaState.Kept> all = new ArrayList<>(state.signals());
    all.add(new SagaState.Kept(e.name(), e.body(), e.at()));
    SagaState next = state.signals(all, e.body().length());
    return state.until() != 0 && state.parked() == null ? next.poked(e.at()) : next;
  }

  private static SagaState decided(SagaState state, SagaEvent.Decided e) {
    Parked parked = state.parked();
    if (parked == null) {
      return state;
    }
    if (e.choice().equals("compensate")) {
      return state.phase(
          Phase.BACKWARD,
          new SagaState.Failure(parked.code(), parked.detail() + "; " + e.reason(), e.by()),
          e.at());
    }
    StepRecord step = parked.step() == null ? null : state.step(parked.step());
    SagaState next = step == null ? state : state.replaced(decided(step, parked, e), 0);
    return next.poked(e.at());
  }

  private static StepRecord decided(StepRecord step, Parked parked, SagaEvent.Decided e) {
    boolean undoing = parked.undoing();
    return switch (e.choice()) {
      case "skip" ->
          undoing
              ? step.undone(StepRecord.State.SKIPPED, 0)
              : step.decided(
                  new StepOutcome(StepRecord.State.SKIPPED, null, null, null, 0), e.at());
      case "provide" -> step.decided(StepOutcome.done(e.result(), 0), e.at());
      default -> undoing ? step.undoAgain() : step.again(e.at());
    };
  }
}
