package dev.perdure.runtime.drive;

import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.SagaView.StepState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A saga's record as callers and operators see it. */
final class Views {

  private Views() {}

  static SagaView of(EntityAddress saga, long version, SagaState state) {
    SagaState.Start start = state.started();
    List<SagaView.Step> steps = new ArrayList<>(state.steps().size());
    state.steps().forEach(step -> steps.add(step(state, step)));
    String result = state.result();
    return new SagaView(
        saga,
        version,
        status(state),
        bytes(start.input()),
        steps,
        result == null ? null : bytes(result),
        failure(state),
        start.at(),
        state.endedAt(),
        wake(state));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long wake(SagaState state) {
    boolean rests = state.until() != 0 && state.until() != SagaState.FOR_EVER;
    return rests && !state.ended() && state.parked() == null ? state.until() : 0;
  }

  static Status status(SagaState state) {
    if (state.parked() != null) {
      return Status.PARKED;
    }
    return switch (state.phase()) {
      case NONE, FORWARD -> Status.RUNNING;
      case BACKWARD -> Status.COMPENSATING;
      case COMPLETED -> Status.COMPLETED;
      case COMPENSATED -> Status.COMPENSATED;
    };
  }

  private static SagaView.@Nullable Failure failure(SagaState state) {
    Parked parked = state.parked();
    if (parked != null) {
      return new SagaView.Failure(parked.code(), parked.detail(), "");
    }
    SagaState.Failure why = state.failure();
    return why == null ? null : new SagaView.Failure(why.code(), why.detail(), why.by());
  }

  private static SagaView.Step step(SagaState state, StepRecord step) {
    StepOutcome outcome = step.outcome();
    String key = step.step().key();
    String result = outcome.result();
    String error = step.undoError();
    if (error == null && outcome.code() != null) {
      error = outcome.code() + ": " + outcome.detail();
    }
    return new SagaView.Step(
        step.step().name(),
        key == null ? "" : key,
        kind(step.intent().kind()),
        state(state, step),
        Math.max(outcome.attempts(), step.undoAttempts()),
        step.startedAt(),
        step.endedAt(),
        error,
        result == null ? null : bytes(result));
  }

  private static String kind(String recorded) {
    return recorded.equals("start") || recorded.equals("await") ? "child" : recorded;
  }

  private static StepState state(SagaState state, StepRecord step) {
    if (step.undone() != null) {
      return step.undone() == StepRecord.State.SKIPPED ? StepState.SKIPPED : StepState.COMPENSATED;
    }
    boolean back = state.phase() == SagaState.Phase.BACKWARD && step.intent().undo() != null;
    return switch (step.state()) {
      case RUNNING -> StepState.RUNNING;
      case DONE, COMPENSATED ->
          back && step.undoAttempts() > 0 ? StepState.COMPENSATING : StepState.DONE;
      case REJECTED, FAILED, UNKNOWN -> StepState.FAILED;
      case SKIPPED -> StepState.SKIPPED;
    };
  }
}
