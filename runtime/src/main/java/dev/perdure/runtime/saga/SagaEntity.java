package dev.perdure.runtime.saga;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.runtime.saga.SagaState.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decider of every saga's record, whatever its type. */
@Named("saga")
public final class SagaEntity implements Entity<SagaState, SagaCommand, SagaEvent> {

  /** Rejection: so many signals wait to be taken. */
  public static final String TOO_MANY_SIGNALS = "too-many-signals";

  private final SagaLimits limits;

  /** With the given bounds. */
  public SagaEntity(SagaLimits limits) {
    this.limits = limits;
  }

  /**
   * The answer to every command.
   *
   * @param at the time that its events carry
   * @param existing true if there was nothing to do
   */
  public record Ack(long at, boolean existing) {

    private static final int AT = "{\"at\":".length();
    private static final int EXISTING = ",\"existing\":".length();

    /** Reads one as it is recorded: once for each step, so without a general parser. */
    public static Ack read(byte[] json) {
      long at = 0;
      int i = AT;
      for (; json[i] >= '0' && json[i] <= '9'; i++) {
        at = at * 10 + json[i] - '0';
      }
      return new Ack(at, json[i + EXISTING] == 't');
    }
  }

  @Override
  public SagaState initial() {
    return SagaState.NOTHING;
  }

  @Override
  public Decision<SagaEvent> decide(SagaState state, SagaCommand command, Operation operation) {
    long at = micros(operation.time());
    if (command instanceof SagaCommand.Start start) {
      return start(state, start, operation);
    }
    if (state.phase() == Phase.NONE) {
      return Decision.reject("no-saga", "there is no saga '" + operation.entityId() + "'");
    }
    return switch (command) {
      case SagaCommand.Start ignored -> throw new IllegalStateException();
      case SagaCommand.Advance advance -> advance(state, advance, at);
      case SagaCommand.Signal signal -> signal(state, signal, at);
      case SagaCommand.Cancel cancel -> cancel(state, cancel, operation);
      case SagaCommand.Decide decide -> decided(state, decide, operation);
      case SagaCommand.Nudge nudge ->
          state.until() == 0 || state.ended()
              ? Decision.answer(new Ack(at, true))
              : Decision.accept(new SagaEvent.Nudged(nudge.about(), at), new Ack(at, false));
    };
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  private Decision<SagaEvent> start(SagaState state, SagaCommand.Start start, Operation operation) {
    long at = micros(operation.time());
    SagaState.Start before = state.start();
    if (before != null) {
      return before.input().equals(start.input())
          ? Decision.answer(new Ack(at, true))
          : Decision.reject("saga-exists", "it was started with another input");
    }
    if (start.input().length() > limits.resultBytes()) {
      return tooLarge("its input", start.input().length());
    }
    SagaCommand.Advance first = start.first();
    SagaEvent.Started started =
        new SagaEvent.Started(
            start.input(),
            operation.principal(),
            start.trace(),
            start.parent(),
            start.seed(),
            start.deadline() == null ? null : at + start.deadline(),
            first == null ? null : first.driver(),
            at);
    if (first == null) {
      return Decision.accept(started, new Ack(at, false));
    }
    List<SagaEvent> events = new ArrayList<>(4);
    events.add(started);
    Decision<SagaEvent> more = advance(evolve(state, started), first, at);
    if (more instanceof Decision.Accepted<SagaEvent> accepted) {
      events.addAll(accepted.events());
      return Decision.accept(events, new Ack(at, false));
    }
    return more;
  }

  private Decision<SagaEvent> advance(SagaState state, SagaCommand.Advance advance, long at) {
    if (state.ended()) {
      return Decision.reject("saga-ended", "it has ended");
    }
    List<SagaEvent> events = new ArrayList<>(4);
    long until = advance.until() == null ? 0 : advance.until();
    if (!advance.driver().equals(state.driver()) || until != state.until()) {
      events.add(new SagaEvent.Driven(advance.driver(), advance.until()));
    }
    long bytes = state.bytes();
    for (SagaCommand.Ended one : advance.ended()) {
      bytes += weight(one.outcome().result()) + weight(one.outcome().detail());
      events.add(new SagaEvent.StepEnded(one.step(), one.outcome(), one.at()));
    }
    for (SagaCommand.Undone one : advance.undone()) {
      events.add(new SagaEvent.StepCompensated(one.step(), one.attempts(), one.error(), one.at()));
    }
    SagaCommand.Failed failed = advance.failed();
    if (failed != null && state.phase() == Phase.FORWARD) {
      events.add(new SagaEvent.Failed(failed.code(), failed.detail(), "", at));
    }
    if (!advance.intended().isEmpty()) {
      for (SagaCommand.Intended one : advance.intended()) {
        bytes += weight(one);
        events.add(new SagaEvent.StepIntended(one.step(), one.intent(), one.at()));
      }
      Decision<SagaEvent> refusal = refused(state, advance, bytes);
      if (refusal != null) {
        return refusal;
      }
    }
    if (advance.last() != null) {
      events.add(last(advance.last(), at));
    }
    return Decision.accept(events, new Ack(at, false));
  }

  private @Nullable Decision<SagaEvent> refused(
      SagaState state, SagaCommand.Advance advance, long bytes) {
    if (state.phase() != Phase.FORWARD || state.parked() != null) {
      return Decision.reject("saga-stopped", "it goes on no more");
    }
    int steps = state.steps().size() + advance.intended().size();
    if (steps > limits.steps()) {
      return Decision.reject(
          "too-many-steps",
          "step '"
              + advance.intended().getLast().step()
              + "' would be number "
              + steps
              + ", at most "
              + limits.steps()
              + " are allowed; let child sagas do a part of them");
    }
    return bytes > limits.totalBytes() ? tooLarge("what it keeps", bytes) : null;
  }

  private Decision<SagaEvent> tooLarge(String what, long bytes) {
    long max = what.startsWith("what") ? limits.totalBytes() : limits.resultBytes();
    return Decision.reject(
        "saga-too-large", what + " would be " + bytes + " bytes, at most " + max + " are allowed");
  }

  private static SagaEvent last(SagaCommand.Last last, long at) {
    if (last.parked() != null) {
      return new SagaEvent.ParkedNow(last.parked(), at);
    }
    return last.compensated()
        ? new SagaEvent.Compensated(at)
        : new SagaEvent.Completed(last.result() == null ? "null" : last.result(), at);
  }

  private Decision<SagaEvent> signal(SagaState state, SagaCommand.Signal signal, long at) {
    if (state.ended()) {
      return Decision.reject("saga-ended", "it has ended and takes no signals");
    }
    if (state.signals().size() >= limits.signals()) {
      return Decision.reject(
          TOO_MANY_SIGNALS,
          state.signals().size() + " signals wait to be taken, which is the limit");
    }
    int size = signal.body().length();
    if (size > limits.resultBytes()) {
      return tooLarge("the signal", size);
    }
    return Decision.accept(
        new SagaEvent.SignalCame(signal.name(), signal.body(), at), new Ack(at, false));
  }

  private static Decision<SagaEvent> cancel(
      SagaState state, SagaCommand.Cancel cancel, Operation operation) {
    long at = micros(operation.time());
    return state.phase() == Phase.FORWARD
        ? Decision.accept(
            new SagaEvent.Failed("cancelled", cancel.reason(), operation.principal(), at),
            new Ack(at, false))
        : Decision.answer(new Ack(at, true));
  }

  private Decision<SagaEvent> decided(
      SagaState state, SagaCommand.Decide decide, Operation operation) {
    Parked parked = state.parked();
    if (parked == null) {
      return Decision.reject("saga-not-parked", "it is not parked: there is nothing to decide");
    }
    boolean aboutStep = decide.choice().equals("skip") || decide.choice().equals("provide");
    StepRecord step = parked.step() == null ? null : state.step(parked.step());
    if (aboutStep && step == null) {
      return Decision.reject("no-such-choice", "it is not parked at a step: retry or compensate");
    }
    boolean asked = parked.asksForOutcome() && !known(step);
    if (decide.choice().equals("provide") && parked.undoing() && !asked) {
      return Decision.reject("no-such-choice", "a compensation has no result: retry or skip");
    }
    if (decide.choice().equals("compensate") && state.phase() == Phase.BACKWARD) {
      return Decision.reject("no-such-choice", "it is being compensated: retry or skip");
    }
    String result = decide.result();
    if (result != null && result.length() > limits.resultBytes()) {
      return tooLarge("the result", result.length());
    }
    long at = micros(operation.time());
    return Decision.accept(
        new SagaEvent.Decided(decide.choice(), result, decide.reason(), operation.principal(), at),
        new Ack(at, false));
  }

  /**
   * False if nobody knows whether the step was done: then somebody may say that, and its result.
   */
  private static boolean known(@Nullable StepRecord step) {
    return step == null
        || (step.state() != StepRecord.State.RUNNING && step.state() != StepRecord.State.UNKNOWN);
  }

  private static long weight(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** What a step keeps beside its result, roughly. */
  private static long weight(SagaCommand.Intended one) {
    UndoRecord undo = one.intent().undo();
    return 100
        + one.step().name().length()
        + weight(one.step().key())
        + weight(one.intent().about())
        + (undo == null ? 0 : 50 + undo.arguments().length() + weight(undo.id()));
  }

  @Override
  public SagaState evolve(SagaState state, SagaEvent event) {
    return SagaFold.next(state, event);
  }

  /** When its driver has to look at it; once it has ended never, while it is parked never. */
  @Override
  public @Nullable Instant wakeAt(SagaState state) {
    if (state.ended() || state.phase() == Phase.NONE) {
      return null;
    }
    if (state.parked() != null) {
      return Instant.MAX;
    }
    if (state.until() == 0) {
      return instant(state.poked());
    }
    long deadline = state.phase() == Phase.FORWARD ? state.started().deadline() : 0;
    long due = deadline == 0 ? state.until() : Math.min(deadline, state.until());
    return due == SagaState.FOR_EVER ? Instant.MAX : instant(due);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
