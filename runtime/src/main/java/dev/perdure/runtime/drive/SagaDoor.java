package dev.perdure.runtime.drive;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.SagaCommand;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The door to all sagas, on any node. Thread-safe. */
public final class SagaDoor implements Sagas {

  private static final long POLL_FIRST_NS = 5_000_000L;
  private static final long POLL_MAX_NS = 200_000_000L;
  private static final long RETRY_AFTER_MS = 1_000;
  private static final long NUDGE_NS = 5_000_000_000L;

  private final DriveParts parts;
  private final Listing listing;
  private @Nullable Drivers drivers;

  /** Without drivers, which are given before it is used. */
  public SagaDoor(DriveParts parts, Listing listing) {
    this.parts = parts;
    this.listing = listing;
  }

  /** Finds sagas of shards that this node leads. */
  @FunctionalInterface
  public interface Listing {
    SagaPage list(SagaQuery query, SagaDoor door);
  }

  /**
   * Who starts a saga.
   *
   * @param parent the saga that waits for it; null if none does
   * @param wanted false if nobody waits any more: then it is recorded as given up, and never runs
   */
  record Starter(CallContext context, @Nullable EntityAddress parent, boolean wanted) {}

  void drivers(Drivers all) {
    drivers = all;
  }

  private Drivers drivers() {
    return Objects.requireNonNull(drivers);
  }

  @Override
  public List<SagaType> types() {
    List<SagaType> all = new ArrayList<>();
    for (SagaModel model : parts.types().sagas()) {
      if (model.deferredOf() != null) {
        continue;
      }
      all.add(new SagaType(model.name(), model.aliases(), model.input(), model.result()));
    }
    all.sort(Comparator.comparing(SagaType::name));
    return all;
  }

  @Override
  public SagaAnswer start(EntityAddress saga, byte[] input, CallContext context) {
    SagaModel model = parts.types().saga(saga.type());
    return model != null && model.deferredOf() != null
        ? failed(ProblemCode.UNKNOWN_TYPE, "'" + saga.type() + "' is the platform's own to start")
        : start(saga, input, new Starter(context, null, true));
  }

  SagaAnswer start(EntityAddress saga, byte[] input, Starter starter) {
    SagaModel model = parts.types().saga(saga.type());
    if (model == null) {
      return failed(ProblemCode.UNKNOWN_TYPE, "no saga type '" + saga.type() + "'");
    }
    SagaModel.Input read;
    try {
      read = model.input(input);
    } catch (JacksonException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, "the input is not JSON");
    }
    String text = read.text();
    if (text == null) {
      return failed(ProblemCode.INVALID_BODY, String.valueOf(read.invalid()));
    }
    if (text.length() > Context.LIMITS.resultBytes()) {
      return failed(
          ProblemCode.BODY_TOO_LARGE,
          "the input is "
              + text.length()
              + " bytes, at most "
              + Context.LIMITS.resultBytes()
              + " are allowed");
    }
    String refusal = starter.parent == null ? parts.quota().refusal(saga) : null;
    if (refusal != null && !(get(saga, starter.context) instanceof SagaAnswer.Seen)) {
      return new SagaAnswer.Failed(
          Outcome.Failed.retry(ProblemCode.TOO_MANY_SAGAS, refusal, RETRY_AFTER_MS));
    }
    if (!starter.wanted) {
      return givenUp(saga, model, text, starter);
    }
    SagaCommand.Start start = start(model, text, starter);
    CallContext context = starter.context;
    Shard shard = parts.shards().apply(saga);
    Drive drive =
        shard == null || !shard.leads()
            ? null
            : drivers().begin(saga, model, new Writes.Beginning(start, context.principal()));
    return drive == null ? startLater(saga, model, start, context) : begun(drive, context);
  }

  /**
   * Has a saga that is not there, and whose input is not known any more, recorded as given up: a
   * start that is late finds it.
   */
  SagaAnswer giveUp(EntityAddress saga, Starter starter) {
    SagaModel model = parts.types().saga(saga.type());
    return model == null
        ? failed(ProblemCode.UNKNOWN_TYPE, "no saga type '" + saga.type() + "'")
        : givenUp(saga, model, "null", starter);
  }

  /** Starts and ends it in one command; one that is there stays as it is. */
  private SagaAnswer givenUp(EntityAddress saga, SagaModel model, String input, Starter starter) {
    SagaCommand.Advance end =
        new SagaCommand.Advance(
            "",
            List.of(),
            List.of(),
            new SagaCommand.Failed("cancelled", Children.NOT_WANTED),
            List.of(),
            null,
            new SagaCommand.Last(null, null, true));
    return changed(
        saga, model, start(model, input, starter).with(end), By.id(starter.context, null));
  }

  private SagaCommand.Start start(SagaModel model, String input, Starter starter) {
    EntityAddress parent = starter.parent;
    Long deadline = model.options().deadline().map(one -> one.toMillis() * 1000).orElse(null);
    return new SagaCommand.Start(
        input,
        deadline,
        parent == null ? null : parent.type() + "/" + parent.id(),
        starter.context.trace(),
        parts.entropy().nextLong(),
        null);
  }

  private SagaAnswer startLater(
      EntityAddress saga, SagaModel model, SagaCommand.Start start, CallContext context) {
    return changed(saga, model, start, By.id(context, null));
  }

  /** Waits until it is recorded. */
  private SagaAnswer begun(Drive drive, CallContext context) {
    Writes.Begun begun = drive.writes().awaitBegun(context.deadlineNs());
    EntityAddress saga = drive.saga();
    return switch (begun) {
      case Writes.Begun.Yes yes -> seen(Views.of(saga, yes.version(), yes.state()), false);
      case Writes.Begun.Existing ignored -> existing(saga, drive, context);
      case Writes.Begun.No no -> new SagaAnswer.Failed(no.problem());
    };
  }

  private SagaAnswer existing(EntityAddress saga, Drive drive, CallContext context) {
    SagaAnswer there = get(saga, context);
    if (there instanceof SagaAnswer.Seen seen) {
      String input = new String(seen.saga().input(), StandardCharsets.UTF_8);
      return input.equals(drive.writes().input()) ? seen(seen.saga(), true) : reused(saga);
    }
    return there;
  }

  private static SagaAnswer reused(EntityAddress saga) {
    return failed(
        ProblemCode.OPERATION_ID_REUSED, "saga '" + saga.id() + "' was started with another input");
  }

  private static SagaAnswer failed(ProblemCode code, String detail) {
    return new SagaAnswer.Failed(Outcome.Failed.of(code, detail));
  }

  private static SagaAnswer seen(SagaView view, boolean replayed) {
    return new SagaAnswer.Seen(view, replayed);
  }

  @Override
  public SagaAnswer get(EntityAddress saga, CallContext context) {
    SagaModel model = parts.types().saga(saga.type());
    if (model == null) {
      return failed(ProblemCode.UNKNOWN_TYPE, "no saga type '" + saga.type() + "'");
    }
    Outcome read = parts.entities().read(saga, context, false);
    return switch (read) {
      case Outcome.Done done ->
          seen(
              Views.of(saga, done.version(), (SagaState) model.record().decodeState(done.body())),
              false);
      case Outcome.Failed failed ->
          failed.code() == ProblemCode.NOT_FOUND
              ? failed(ProblemCode.NOT_FOUND, "there is no saga '" + saga.id() + "'")
              : new SagaAnswer.Failed(failed);
      case Outcome.Rejected no -> new SagaAnswer.Refused(no.code(), no.detail());
    };
  }

  @Override
  public SagaAnswer await(EntityAddress saga, CallContext context) {
    long pauseNs = POLL_FIRST_NS;
    while (true) {
      Drive drive = drivers().of(saga);
      if (drive != null) {
        SagaView over = awaitHere(drive, context);
        if (over != null) {
          return seen(over, false);
        }
      }
      SagaAnswer now = get(saga, context);
      long left = context.deadlineNs() - parts.nowNs();
      boolean resting =
          now instanceof SagaAnswer.Seen seen
              && switch (seen.saga().status()) {
                case RUNNING, COMPENSATING -> false;
                case COMPLETED, COMPENSATED, PARKED -> true;
              };
      if (resting || left <= 0 || !(now instanceof SagaAnswer.Seen)) {
        return now;
      }
      parts.clock().parkNanos(Math.min(left, pauseNs));
      pauseNs = Math.min(pauseNs * 2, POLL_MAX_NS);
    }
  }

  /** How it ended, if it did while it was driven here. */
  private @Nullable SagaView awaitHere(Drive drive, CallContext context) {
    long left = context.deadlineNs() - parts.nowNs();
    Drive.Left over = parts.clock().await(drive.left(), left);
    if (over == null || !over.state().ended() || over.why() != null) {
      return null;
    }
    return Views.of(drive.saga(), drive.writes().version(), over.state());
  }

  @Override
  public SagaAnswer signal(
      EntityAddress saga, Signal signal, @Nullable String operationId, CallContext context) {
    String body;
    try {
      body = Values.canonical(signal.body());
    } catch (JacksonException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, "the signal's body is not JSON");
    }
    if (operationId != null) {
      // A saga that is not there yet must not be recorded under the id as the answer for ever.
      SagaAnswer there = get(saga, context);
      if (there instanceof SagaAnswer.Failed) {
        return there;
      }
    }
    return change(saga, new SagaCommand.Signal(signal.name(), body), By.id(context, operationId));
  }

  @Override
  public SagaAnswer cancel(EntityAddress saga, String reason, CallContext context) {
    return change(saga, new SagaCommand.Cancel(reason), By.id(context, null));
  }

  @Override
  public SagaAnswer decide(EntityAddress saga, SagaDecision decision, CallContext context) {
    if (decision.reason().isBlank()) {
      return failed(ProblemCode.INVALID_BODY, "say why: the reason is recorded");
    }
    byte[] given = decision.result();
    boolean provides = decision.choice() == Choice.PROVIDE;
    if (provides != (given != null)) {
      return failed(
          ProblemCode.INVALID_BODY,
          provides ? "provide needs a result" : "only provide takes a result");
    }
    if (decision.operationId() != null) {
      SagaAnswer there = get(saga, context);
      if (there instanceof SagaAnswer.Failed) {
        return there;
      }
    }
    String result;
    try {
      result = given == null ? null : Values.canonical(given);
    } catch (JacksonException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, "the result is not JSON");
    }
    return change(
        saga,
        new SagaCommand.Decide(
            decision.choice().name().toLowerCase(Locale.ROOT), result, decision.reason()),
        deciding(decision, context));
  }

  @Override
  public SagaPage list(SagaQuery query) {
    return listing.list(query, this);
  }

  private By deciding(SagaDecision decision, CallContext context) {
    Long version = parts.has(PlantedBug.DECISION_UNSEEN) ? null : decision.version();
    return new By(
        context,
        parts.has(PlantedBug.DECISION_REPEATED) ? null : decision.operationId(),
        version == null ? Precondition.NONE : new Precondition.Version(version));
  }

  /** Who changes it, under which operation id, and if what holds of its version. */
  private record By(CallContext context, @Nullable String operationId, Precondition precondition) {

    static By id(CallContext context, @Nullable String operationId) {
      return new By(context, operationId, Precondition.NONE);
    }
  }

  private SagaAnswer change(EntityAddress saga, SagaCommand command, By by) {
    SagaModel model = parts.types().saga(saga.type());
    return model == null
        ? failed(ProblemCode.UNKNOWN_TYPE, "no saga type '" + saga.type() + "'")
        : changed(saga, model, command, by);
  }

  private SagaAnswer changed(EntityAddress saga, SagaModel model, SagaCommand command, By by) {
    Outcome outcome =
        parts
            .entities()
            .execute(
                new EntityCommand(
                    saga,
                    model.record().body(command),
                    by.operationId,
                    by.precondition,
                    by.context));
    return switch (outcome) {
      case Outcome.Done done -> {
        boolean existing =
            new String(done.body(), StandardCharsets.UTF_8).contains("\"existing\":true");
        SagaAnswer now = get(saga, by.context);
        yield now instanceof SagaAnswer.Seen seen
            ? seen(seen.saga(), existing || done.replayed())
            : unread(now);
      }
      case Outcome.Rejected no ->
          switch (no.code()) {
            case "no-saga" -> failed(ProblemCode.NOT_FOUND, no.detail());
            case "saga-exists" -> reused(saga);
            default -> new SagaAnswer.Refused(no.code(), no.detail());
          };
      case Outcome.Failed failed -> new SagaAnswer.Failed(failed);
    };
  }

  /** What was asked was recorded, so nobody may take it for refused. */
  private static SagaAnswer unread(SagaAnswer now) {
    String why = now instanceof SagaAnswer.Failed failed ? ": " + failed.problem().detail() : "";
    return failed(
        ProblemCode.OUTCOME_UNKNOWN, "it was recorded, but the saga could not be read then" + why);
  }

  /** A saga is driven no more: who waits for it is told. */
  void left(Drive drive) {
    SagaState state = drive.writes().state();
    SagaState.Start start = state.start();
    if (!state.ended() || start == null || start.parent() == null) {
      return;
    }
    int slash = start.parent().indexOf('/');
    EntityAddress parent =
        new EntityAddress(
            drive.saga().tenant(),
            start.parent().substring(0, slash),
            start.parent().substring(slash + 1));
    SagaModel model = parts.types().saga(parent.type());
    if (model != null) {
      CallContext context =
          new CallContext(start.principal(), start.trace(), parts.nowNs() + NUDGE_NS);
      parts
          .entities()
          .execute(
              new EntityCommand(
                  parent,
                  model.record().body(new SagaCommand.Nudge(drive.saga().id())),
                  null,
                  Precondition.NONE,
                  context));
    }
  }
}
