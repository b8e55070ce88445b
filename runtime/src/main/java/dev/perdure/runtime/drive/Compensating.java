package dev.perdure.runtime.drive;

import dev.perdure.api.Compensation;
import dev.perdure.api.Retry;
import dev.perdure.api.StepRejected;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.mode.Asked;
import dev.perdure.runtime.mode.Said;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.saga.UndoRecord;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Undoes what a saga did, the last first. */
final class Compensating {

  private static final long CALL_NS = 5_000_000_000L;

  private final Drive drive;
  private final DriveParts parts;
  private final Writes writes;
  private final Retry retry;
  private boolean first = true;

  Compensating(Drive drive) {
    this.drive = drive;
    this.parts = drive.parts();
    this.writes = drive.writes();
    this.retry = drive.model().options().undoRetry();
  }

  /**
   * True if a step may have been done, and must be undone if it was; or if it may have started a
   * saga, which must be there to be cancelled: a start that is late must not find that nobody was.
   */
  static boolean unresolved(StepRecord step) {
    return step.state() == State.RUNNING
        && step.undone() == null
        && (step.intent().undo() != null || child(step));
  }

  /** True if it waits for a saga that it starts. */
  static boolean child(StepRecord step) {
    return step.intent().kind().equals("child");
  }

  void run() {
    List<StepRecord> steps = writes.state().steps();
    if (parts.has(PlantedBug.UNDO_FORGOTTEN) && !steps.isEmpty()) {
      steps = steps.subList(0, steps.size() - 1);
    }
    cancelAll(steps.stream().filter(this::waits).toList());
    boolean wrongWay = parts.has(PlantedBug.UNDO_IN_ORDER);
    for (StepRecord one : wrongWay ? steps : steps.reversed()) {
      if (one.undone() == null) {
        StepRecord step = settled(one);
        UndoRecord undo = step.intent().undo();
        if (undo != null && wasDone(step, undo)) {
          undo(step, undo);
          first = false;
        }
      }
    }
    writes.compensated();
  }

  /** True if it is a child without an outcome. */
  private boolean waits(StepRecord step) {
    return step.undone() == null
        && step.state() == State.RUNNING
        && child(step)
        && !parts.has(PlantedBug.CHILD_LEFT_ALONE);
  }

  /** So that they turn back at the same time; each is asked again when its turn has come. */
  private void cancelAll(List<StepRecord> children) {
    if (children.size() > 1) {
      CallContext all = context();
      children.forEach(one -> drive.door().cancel(about(one), Children.NOT_WANTED, all));
    }
  }

  /** What a step does something to. */
  private EntityAddress about(StepRecord step) {
    String about = String.valueOf(step.intent().about());
    int slash = about.indexOf('/');
    return new EntityAddress(
        drive.saga().tenant(), about.substring(0, slash), about.substring(slash + 1));
  }

  /** The step; if it is a child without an outcome, with the one that it has once it has ended. */
  private StepRecord settled(StepRecord step) {
    if (!waits(step)) {
      return step;
    }
    StepOutcome outcome = new Children(drive, true, step).cancelAndAwait(about(step));
    writes.end(step.step(), outcome, parts.nowMicros(drive.saga()));
    writes.flush();
    StepRecord known = drive.recorded(step.step());
    return known == null ? step : known;
  }

  private CallContext context() {
    SagaState.Start start = writes.state().started();
    return new CallContext(start.principal(), start.trace(), parts.nowNs() + CALL_NS);
  }

  private boolean wasDone(StepRecord step, UndoRecord undo) {
    return switch (step.state()) {
      case DONE, SKIPPED -> true;
      case UNKNOWN -> undo.unsure() || unknown(step);
      case RUNNING ->
          parts.has(PlantedBug.UNDONE_ON_A_GUESS)
              || recorded(step)
              || undo.unsure()
              || unknown(step);
      default -> false;
    };
  }

  /** An entity remembers what was done to it, whatever became of the code that wanted it. */
  private boolean recorded(StepRecord step) {
    if (!step.intent().kind().equals("command") || step.intent().about() == null) {
      return false;
    }
    OperationStatus status =
        parts
            .entities()
            .operation(about(step), OperationIds.step(drive.saga(), step.step()), context());
    return status instanceof OperationStatus.Recorded recorded
        && recorded.answer() instanceof Outcome.Done;
  }

  private static boolean unknown(StepRecord step) {
    throw Unwind.park(
        new Parked(
            Parked.OUTCOME_UNKNOWN,
            "nobody knows whether step '"
                + step.step()
                + "' was done, and its compensation does not say that it may run then; look"
                + " yourself, then provide its result if it was done, or skip its compensation if"
                + " it was not",
            step.step(),
            true));
  }

  private void undo(StepRecord step, UndoRecord undo) {
    Work work = undo.type() == null ? handler(step, undo) : command(step, undo);
    int attempts = step.undoAttempts();
    while (true) {
      String error = work.attempt(attempts);
      attempts++;
      if (error == null) {
        writes.undone(step.step(), attempts, null);
        // Recorded with what comes next: an undo that is repeated has the same operation id.
        if (undo.type() == null) {
          writes.flush();
        }
        return;
      }
      if (attempts >= retry.attempts()) {
        throw parked(step, "compensation-failed", error);
      }
      long wait = Acting.jittered(parts, retry.after(attempts));
      if (wait > Acting.IN_MEMORY_NS) {
        writes.undone(step.step(), attempts, error);
        throw Unwind.rest(parts.nowMicros(drive.saga()) + wait / 1000);
      }
      parts.clock().parkNanos(wait);
    }
  }

  /**
   * One attempt, after so many that failed; null if it is done, else why not. What is not sent at
   * all is none: then the saga rests.
   */
  @FunctionalInterface
  private interface Work {
    @Nullable String attempt(int before);
  }

  private static Unwind parked(StepRecord step, String code, String detail) {
    return Unwind.park(
        new Parked(
            code,
            "the compensation of step '" + step.step() + "' does not go on: " + detail,
            step.step(),
            true));
  }

  private Work command(StepRecord step, UndoRecord undo) {
    EntityModel model = parts.types().stored(String.valueOf(undo.type()));
    if (model == null || !model.hasCommand(undo.name())) {
      throw parked(
          step,
          "compensation-gone",
          "there is no command '" + undo.type() + "." + undo.name() + "' any more");
    }
    CommandBody body = model.body(undo.name(), undo.arguments().getBytes(StandardCharsets.UTF_8));
    EntityAddress to =
        new EntityAddress(drive.saga().tenant(), model.name(), String.valueOf(undo.id()));
    int round = parts.has(PlantedBug.RETRIED_UNDER_OLD_ID) ? 0 : step.undoRound();
    String id = OperationIds.undo(drive.saga(), step.step(), round);
    refuseIfForgotten(step);
    Duration timeout = drive.model().options().timeout();
    return before ->
        switch (new Acting.Commanding(drive, to, body, id).execute(timeout)) {
          case Outcome.Done ignored -> null;
          case Outcome.Rejected no ->
              throw parked(step, "compensation-rejected", no.code() + ": " + no.detail());
          case Outcome.Failed failed -> {
            if (failed.code() == ProblemCode.INVALID_BODY) {
              throw parked(step, "compensation-rejected", failed.detail());
            }
            yield failed.code().code() + ": " + failed.detail();
          }
        };
  }

  /** Only the first one can have been attempted before: they run one after the other. */
  private void refuseIfForgotten(StepRecord step) {
    long age = parts.nowMicros(drive.saga()) - writes.state().poked();
    if (first && age > parts.retention().toNanos() / 1000 / 10 * 9) {
      throw parked(
          step,
          "outcome-forgotten",
          "it may have been begun longer ago than operation ids are remembered; look yourself,"
              + " then skip it if it was done, or retry to do it now");
    }
  }

  private Work handler(StepRecord step, UndoRecord undo) {
    Compensation<?> compensation = drive.model().compensation(undo.name());
    if (compensation == null) {
      throw parked(
          step,
          "compensation-gone",
          "the saga's code has no compensation '" + undo.name() + "' any more");
    }
    Asked asked =
        new Asked(
            drive.saga().tenant(),
            dependency(compensation, step, undo),
            drive.saga().type() + "/" + undo.name(),
            undo.arguments(),
            Asked.Kind.DONE_OR_NOT);
    return before -> sent(step, asked, before, time -> run(compensation, undo, time));
  }

  /** What it calls has a name, so that it is guarded like the step that it undoes. */
  private static String dependency(Compensation<?> code, StepRecord step, UndoRecord undo) {
    if (!code.dependency().isEmpty()) {
      return code.dependency();
    }
    String about = step.intent().about();
    return step.intent().kind().equals("call") && about != null ? about : undo.name();
  }

  /** Runs the author's code. */
  private interface Code {
    void undo(Undoing undoing) throws Exception;
  }

  private @Nullable String sent(StepRecord step, Asked asked, int before, Code code) {
    Duration own = drive.model().options().timeout();
    Undoing undoing = new Undoing(drive, step, parts.outside().within(asked.dependency(), own));
    Attempt.Work work =
        () -> {
          code.undo(undoing);
          return null;
        };
    long beganNs = parts.nowNs();
    while (true) {
      Said said =
          parts.outside().call(asked, () -> Attempt.of(parts.clock(), undoing.remaining(), work));
      switch (said) {
        case Said.NotSent no
            when no.shortly() && parts.nowNs() - beganNs < Acting.BUSY_IN_MEMORY_NS ->
            parts.clock().parkNanos(Acting.jittered(parts, Duration.ofNanos(Acting.BUSY_NS)));
        case Said.NotSent no -> {
          writes.undone(step.step(), before, "not-sent: " + no.detail());
          long now = parts.nowMicros(drive.saga());
          throw Unwind.rest(now + Acting.unsentMicros(parts, now - step.startedAt()));
        }
        case Said.Threw threw when threw.error() instanceof StepRejected no ->
            throw parked(step, "compensation-rejected", no.code() + ": " + no.detail());
        case Said.Threw threw -> {
          return Drive.text(threw.error());
        }
        case Said.Done ignored -> {
          return null;
        }
        default -> throw new IllegalStateException("what undoes something has no degraded form");
      }
    }
  }

  private static <A> void run(Compensation<A> compensation, UndoRecord undo, Undoing undoing)
      throws Exception {
    compensation.handler().undo(Values.read(undo.arguments(), compensation.arguments()), undoing);
  }

  private record Undoing(Drive drive, StepRecord step, Duration remaining)
      implements Compensation.Undoing {

    @Override
    public String stepOperationId() {
      return OperationIds.step(drive.saga(), step.step());
    }

    @Override
    public String operationId() {
      return OperationIds.undo(drive.saga(), step.step(), step.undoRound());
    }

    @Override
    public boolean known() {
      return step.state() == State.DONE;
    }

    @Override
    public <R> Optional<R> result(Class<R> type) {
      StepOutcome outcome = step.outcome();
      String json = outcome.result();
      return json == null ? Optional.empty() : Optional.of(Values.read(json, type));
    }
  }
}
