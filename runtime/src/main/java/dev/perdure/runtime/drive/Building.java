package dev.perdure.runtime.drive;

import dev.perdure.api.Queue;
import dev.perdure.api.QueueMessage;
import dev.perdure.api.Retry;
import dev.perdure.api.StatusQuery;
import dev.perdure.api.Step;
import dev.perdure.api.StepFailed;
import dev.perdure.api.StepRejected;
import dev.perdure.api.Undo;
import dev.perdure.runtime.mode.Asked;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.queue.ReplyTo;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Intent;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.saga.UndoRecord;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A step that the author's code describes, and does. */
final class Building implements Step {

  private final Context context;
  private final Drive drive;
  private final StepName name;
  private @Nullable Undo undo;
  private Retry retry;
  private Duration timeout;
  private @Nullable StatusQuery<?> status;

  Building(Context context, StepName name) {
    this.context = context;
    this.drive = context.drive();
    this.name = name;
    this.retry = drive.model().options().retry();
    this.timeout = drive.model().options().timeout();
  }

  StepName name() {
    return name;
  }

  Retry retry() {
    return retry;
  }

  Duration timeout() {
    return timeout;
  }

  @Nullable StatusQuery<?> status() {
    return status;
  }

  Context context() {
    return context;
  }

  @Override
  public Step undo(Undo other) {
    undo = other;
    return this;
  }

  @Override
  public Step retry(Retry other) {
    retry = other;
    return this;
  }

  @Override
  public Step timeout(Duration other) {
    timeout = other;
    return this;
  }

  @Override
  public Step status(StatusQuery<?> query) {
    status = query;
    return this;
  }

  private @Nullable UndoRecord undoRecord() {
    return switch (undo) {
      case null -> null;
      case Undo.Command to -> {
        EntityModel model = entity(to.type());
        CommandBody body = model.body(to.command());
        String json = new String(body.json(), StandardCharsets.UTF_8);
        yield new UndoRecord(model.name(), to.id(), body.command(), json, to.unsure());
      }
      case Undo.Call to -> {
        if (drive.model().compensation(to.name()) == null) {
          throw new IllegalArgumentException(
              "the saga declares no compensation '" + to.name() + "'");
        }
        yield new UndoRecord(null, null, to.name(), Values.text(to.arguments()), to.unsure());
      }
    };
  }

  private EntityModel entity(String type) {
    EntityModel model = drive.parts().types().find(type);
    if (model == null) {
      throw new IllegalArgumentException("no entity type '" + type + "'");
    }
    return model;
  }

  @Override
  public <R> R command(String type, String id, Object command, Class<R> reply) {
    EntityModel model = entity(type);
    CommandBody body = model.body(command);
    EntityAddress to = new EntityAddress(drive.saga().tenant(), model.name(), id);
    long print = Values.print(body.fingerprint(), to.type() + "/" + id);
    String about = to.type() + "/" + id;
    StepRecord record =
        context.reach(name, new Intent("command", print, about, undoRecord(), null));
    return result(done(record, () -> new Acting(drive, this, record).command(to, body)), reply);
  }

  @Override
  public void send(String queue, QueueMessage message) {
    Queue declared = drive.parts().types().queue(queue);
    if (declared == null) {
      throw new IllegalArgumentException("no queue '" + queue + "'");
    }
    String text = Values.text(message.body());
    String signal = message.replyAs();
    EntityAddress saga = drive.saga();
    ReplyTo replyTo = signal == null ? null : new ReplyTo(saga.type(), saga.id(), signal);
    CommandBody body =
        drive.parts().types().messages().body(QueueMessages.send(text, message, replyTo));
    EntityAddress to = QueueMessages.address(saga.tenant(), queue, OperationIds.step(saga, name));
    String about = to.type() + "/" + to.id();
    StepRecord record =
        context.reach(
            name,
            new Intent(
                "command", Values.print(body.fingerprint(), about), about, undoRecord(), null));
    int max = declared.capacity().bytes();
    StepOutcome tooLarge =
        new StepOutcome(
            State.REJECTED,
            null,
            "message-too-large",
            QueueMessages.tooLarge(declared, text.length()),
            1);
    check(
        done(
            record,
            () ->
                text.length() > max
                    ? tooLarge
                    : new Acting(drive, this, record).command(to, body)));
  }

  @Override
  public <R> R call(String dependency, Object arguments, Call<R> call, Class<R> result) {
    StepRecord record = reachCall(dependency, arguments);
    StepOutcome outcome =
        done(
            record,
            () ->
                new Acting(drive, this, record)
                    .call(
                        asked(dependency, arguments, Asked.Kind.VALUED),
                        attempt ->
                            Values.text(
                                Objects.requireNonNull(
                                    call.call(attempt),
                                    "the call gave null; use run for one that gives nothing"))));
    return result(outcome, result);
  }

  @Override
  public void run(String dependency, Object arguments, Action action) {
    StepRecord record = reachCall(dependency, arguments);
    check(
        done(
            record,
            () ->
                new Acting(drive, this, record)
                    .call(
                        asked(dependency, arguments, Asked.Kind.WITHOUT_VALUE),
                        attempt -> {
                          action.run(attempt);
                          return null;
                        })));
  }

  private Asked asked(String dependency, Object arguments, Asked.Kind kind) {
    // What is done later already, or can be undone, is done or it is not.
    boolean mayDegrade = undo == null && drive.model().deferredOf() == null;
    return new Asked(
        drive.saga().tenant(),
        dependency,
        drive.saga().type() + "/" + name.name(),
        Values.text(arguments),
        mayDegrade ? kind : Asked.Kind.DONE_OR_NOT);
  }

  private StepRecord reachCall(String dependency, Object arguments) {
    long print = Values.print(Values.print(0, dependency), Values.text(arguments));
    return context.reach(name, new Intent("call", print, dependency, undoRecord(), null));
  }

  @Override
  public void start(String saga, String id, Object input) {
    EntityAddress child = saga(saga, id);
    String text = Values.text(input);
    StepRecord record = reachSaga("start", child, text);
    check(
        done(
            record,
            () -> new Children(drive, context.resolving(), record).start(child, text, false)));
  }

  @Override
  public <R> R await(String saga, String id, Class<R> result) {
    EntityAddress child = saga(saga, id);
    StepRecord record = reachSaga("await", child, "");
    return result(
        done(record, () -> new Children(drive, context.resolving(), record).await(child)), result);
  }

  @Override
  public <R> R child(String saga, String id, Object input, Class<R> result) {
    EntityAddress child = saga(saga, id);
    String text = Values.text(input);
    StepRecord record = reachSaga("child", child, text);
    return result(
        done(
            record,
            () -> new Children(drive, context.resolving(), record).startAndAwait(child, text)),
        result);
  }

  private EntityAddress saga(String type, String id) {
    SagaModel model = drive.parts().types().saga(type);
    if (model == null) {
      throw new IllegalArgumentException("no saga type '" + type + "'");
    }
    return new EntityAddress(drive.saga().tenant(), model.name(), id);
  }

  private StepRecord reachSaga(String kind, EntityAddress child, String input) {
    String about = child.type() + "/" + child.id();
    long print = Values.print(Values.print(0, about), input);
    return context.reach(name, new Intent(kind, print, about, undoRecord(), null));
  }

  /** What a step does, at least once. */
  @FunctionalInterface
  private interface Doing {
    StepOutcome run();
  }

  private StepOutcome done(StepRecord record, Doing doing) {
    if (record.state() != State.RUNNING) {
      return record.outcome();
    }
    if (context.resolving() && !Compensating.unresolved(record)) {
      // Nothing depends on what became of it, so it is not attempted again.
      throw context.unwind(Unwind.of(Unwind.Why.RESOLVED, ""));
    }
    StepOutcome outcome;
    try {
      outcome = fitting(record, doing.run());
    } catch (Unwind e) {
      throw context.unwind(e);
    }
    context.ended(name, outcome);
    return outcome;
  }

  /** A result that is too large is not kept: the saga is parked, or goes back without it. */
  private StepOutcome fitting(StepRecord record, StepOutcome outcome) {
    String result = outcome.result();
    int max = Context.LIMITS.resultBytes();
    if (result == null || result.length() <= max) {
      return outcome;
    }
    if (drive.writes().state().failure() != null) {
      return StepOutcome.done(null, outcome.attempts());
    }
    throw Unwind.park(
        new Parked(
            "result-too-large",
            "the result of step '"
                + record.step()
                + "' is "
                + result.length()
                + " bytes, at most "
                + max
                + " are allowed; keep it elsewhere and return where",
            record.step(),
            false));
  }

  private static void check(StepOutcome outcome) {
    String code = outcome.code() == null ? "step-failed" : outcome.code();
    String detail = outcome.detail() == null ? "" : outcome.detail();
    switch (outcome.state()) {
      case REJECTED -> throw new StepRejected(code, detail);
      case FAILED, UNKNOWN -> throw new StepFailed(code, detail);
      default -> {}
    }
  }

  @SuppressWarnings("NullAway") // what a person skipped has no result, whatever the code expects
  private static <R> R result(StepOutcome outcome, Class<R> type) {
    check(outcome);
    String json = outcome.result();
    return json == null || type == Void.class ? null : Values.read(json, type);
  }
}
