package dev.perdure.runtime.drive;

import dev.perdure.api.StatusQuery;
import dev.perdure.api.StepCall;
import dev.perdure.api.StepRejected;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.mode.Asked;
import dev.perdure.runtime.mode.Said;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.DeferredSaga;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Attempts one step until its outcome is known, or the saga has to rest or to be parked. */
final class Acting {

  static final long IN_MEMORY_NS = 1_000_000_000L;
  private static final long PASSING_FIRST_NS = 10_000_000L;
  private static final long PASSING_IN_MEMORY_NS = 10_000_000_000L;
  private static final long PASSING_REST_MICROS = 5_000_000L;
  static final long BUSY_NS = 30_000_000L;

  /** Then it makes room for others to be driven. */
  static final long BUSY_IN_MEMORY_NS = 300_000_000L;

  /** Rest of a step whose dependency is away, microseconds: half of the time waited so far. */
  private static final long UNSENT_MIN = 1_000_000L;

  private static final long UNSENT_MAX = 30_000_000L;

  private final Drive drive;
  private final Building step;
  private final StepRecord record;
  private final DriveParts parts;

  Acting(Drive drive, Building step, StepRecord record) {
    this.drive = drive;
    this.step = step;
    this.record = record;
    this.parts = drive.parts();
  }

  /** What a call gives: JSON, or null for nothing. */
  interface Raw {
    @Nullable String call(StepCall call) throws Exception;
  }

  // ---- commands ----

  StepOutcome command(EntityAddress to, CommandBody body) {
    refuseIfForgotten();
    String id = OperationIds.step(drive.saga(), record.step());
    if (parts.has(PlantedBug.ID_OF_EACH_ATTEMPT)) {
      id += "~" + Long.toHexString(parts.entropy().nextLong());
    }
    Commanding commanding = new Commanding(drive, to, body, id);
    int attempts = record.outcome().attempts();
    while (true) {
      Outcome outcome = commanding.execute(step.timeout());
      attempts++;
      switch (outcome) {
        case Outcome.Done done -> {
          return StepOutcome.done(new String(done.body(), StandardCharsets.UTF_8), attempts);
        }
        case Outcome.Rejected no -> {
          return new StepOutcome(State.REJECTED, null, no.code(), no.detail(), attempts);
        }
        case Outcome.Failed failed -> {
          if (failed.code() == ProblemCode.INVALID_BODY) {
            return new StepOutcome(
                State.REJECTED, null, failed.code().code(), failed.detail(), attempts);
          }
          if (failed.code() == ProblemCode.OPERATION_ID_REUSED) {
            throw Unwind.park(
                new Parked("operation-id-reused", failed.detail(), record.step(), false));
          }
          if (attempts >= step.retry().attempts()) {
            return new StepOutcome(
                State.FAILED, null, failed.code().code(), failed.detail(), attempts);
          }
          backOff(attempts, failed.code().code(), failed.detail());
        }
      }
    }
  }

  /** Whoever repeats an operation after it is forgotten does it twice. */
  private void refuseIfForgotten() {
    long age = parts.nowMicros(drive.saga()) - record.startedAt();
    if (age > parts.retention().toNanos() / 1000 / 10 * 9) {
      throw Unwind.park(
          new Parked(
              "outcome-forgotten",
              "step '"
                  + record.step()
                  + "' was begun "
                  + age / 1_000_000
                  + " s ago, and operation ids are remembered for "
                  + parts.retention().toSeconds()
                  + " s: whether it was done cannot be found out by repeating it; look yourself,"
                  + " then provide its result, skip it, or retry to do it now",
              record.step(),
              false));
    }
  }

  // ---- calls ----

  StepOutcome call(Asked asked, Raw call) {
    String id = OperationIds.step(drive.saga(), record.step());
    int attempts = record.outcome().attempts();
    long beganNs = parts.nowNs();
    boolean unsure = !step.context().begun(record.step());
    while (true) {
      if (unsure && step.status() != null) {
        StepOutcome known = ask(asked, id, attempts);
        if (known != null) {
          return known;
        }
        unsure = false;
      }
      Duration time = parts.outside().within(asked.dependency(), remaining());
      StepCall attempt = new StepCall(id, time, attempts + 1);
      Said said =
          parts
              .outside()
              .call(asked, () -> Attempt.of(parts.clock(), time, () -> call.call(attempt)));
      switch (said) {
        case Said.Done done -> {
          return StepOutcome.done(done.value(), attempts + 1);
        }
        case Said.NotSent no -> notSent(no, attempts, beganNs);
        case Said.Threw threw -> {
          attempts++;
          unsure = true;
          StepOutcome end = threw(asked, threw.error(), attempts);
          if (end != null) {
            return end;
          }
        }
        default -> {
          return degraded(asked, said, new Tried(attempts, unsure));
        }
      }
    }
  }

  private @Nullable StepOutcome threw(Asked asked, Throwable error, int attempts) {
    if (error instanceof StepRejected no) {
      return new StepOutcome(State.REJECTED, null, no.code(), no.detail(), attempts);
    }
    String detail = Drive.text(error);
    if (attempts < step.retry().attempts()) {
      backOff(attempts, "attempt-failed", detail);
      return null;
    }
    Said instead = parts.outside().insteadOfFailing(asked, detail);
    return instead == null
        ? exhausted(asked, attempts, detail)
        : degraded(asked, instead, new Tried(attempts, true));
  }

  /** How often it was sent, and whether it may have been done. */
  private record Tried(int attempts, boolean unsure) {}

  /** What is taken for an outcome while the dependency is away. */
  private StepOutcome degraded(Asked asked, Said said, Tried tried) {
    return switch (said) {
      case Said.Instead instead -> StepOutcome.done(instead.value(), tried.attempts);
      case Said.Later later -> later(asked, later, tried);
      case Said.Disabled off -> given(off.detail(), tried);
      default -> throw new IllegalStateException("the call has an outcome of its own");
    };
  }

  private static StepOutcome given(String detail, Tried tried) {
    return new StepOutcome(
        tried.unsure ? State.UNKNOWN : State.FAILED,
        null,
        ProblemCode.CAPABILITY_DEGRADED.code(),
        detail,
        tried.attempts);
  }

  private StepOutcome later(Asked asked, Said.Later later, Tried tried) {
    String id = OperationIds.step(drive.saga(), record.step());
    String room = asked.tenant() + "/" + id;
    String refusal = parts.outside().refusesLater(later.capability(), room, asked.arguments());
    if (refusal != null) {
      return given(later.detail() + "; " + refusal, tried);
    }
    DeferredSaga.Input input =
        new DeferredSaga.Input(
            asked.dependency(), id, asked.arguments(), Math.max(1, step.timeout().toMillis()));
    EntityAddress to =
        new EntityAddress(asked.tenant(), DeferredSaga.PREFIX + later.capability(), id);
    StepOutcome begun =
        new Children(drive, step.context().resolving(), record)
            .start(to, Values.text(input), false);
    Shard here = parts.shards().apply(to);
    if (here == null || !here.leads()) {
      parts.outside().ended(later.capability(), room); // it waits at the node that drives it
    }
    return begun.state() == State.DONE
        ? StepOutcome.done(null, tried.attempts)
        : given(later.detail() + "; " + begun.detail(), tried);
  }

  /** It is known not to have been sent, so it counts for nothing: it waits, here or at rest. */
  private void notSent(Said.NotSent no, int attempts, long beganNs) {
    if (no.shortly() && parts.nowNs() - beganNs < BUSY_IN_MEMORY_NS) {
      parts.clock().parkNanos(jittered(parts, Duration.ofNanos(BUSY_NS)));
      if (parts.nowMicros(drive.saga()) < deadline()) {
        return;
      }
    }
    long now = parts.nowMicros(drive.saga());
    drive
        .writes()
        .end(
            record.step(),
            new StepOutcome(State.RUNNING, null, "not-sent", no.detail(), attempts),
            now);
    throw Unwind.rest(now + unsentMicros(parts, now - record.startedAt()));
  }

  /** How long what was not sent rests, when it has waited for so long; microseconds. */
  static long unsentMicros(DriveParts parts, long waited) {
    long pause = Math.clamp(waited / 2, UNSENT_MIN, UNSENT_MAX);
    return jittered(parts, Duration.ofNanos(1_000 * pause)) / 1_000;
  }

  private long deadline() {
    SagaState state = drive.writes().state();
    long deadline = state.started().deadline();
    return deadline == 0 || state.failure() != null ? Long.MAX_VALUE : deadline;
  }

  private Duration remaining() {
    Duration timeout = step.timeout();
    long deadline = deadline();
    if (deadline == Long.MAX_VALUE) {
      return timeout;
    }
    Duration left = Duration.ofNanos((deadline - parts.nowMicros(drive.saga())) * 1000);
    Duration least = Duration.ofMillis(1);
    return left.compareTo(least) < 0 ? least : left.compareTo(timeout) < 0 ? left : timeout;
  }

  /** What the other side says of earlier attempts; null to attempt it. */
  private @Nullable StepOutcome ask(Asked call, String id, int attempts) {
    StatusQuery<?> query = Objects.requireNonNull(step.status());
    Asked question =
        new Asked(
            call.tenant(),
            call.dependency(),
            call.question(),
            call.arguments(),
            Asked.Kind.DONE_OR_NOT);
    long beganNs = parts.nowNs();
    for (int asked = 1; ; asked++) {
      Duration time = parts.outside().within(call.dependency(), remaining());
      StepCall about = new StepCall(id, time, Math.max(1, attempts));
      StatusQuery.Status<?>[] status = new StatusQuery.Status<?>[1];
      Attempt.Work work =
          () -> {
            status[0] = query.ask(about);
            return null;
          };
      Said said = parts.outside().call(question, () -> Attempt.of(parts.clock(), time, work));
      String detail = "its status is not known yet";
      switch (said) {
        case Said.NotSent no -> {
          notSent(no, attempts, beganNs);
          continue;
        }
        case Said.Threw threw -> detail = Drive.text(threw.error());
        default -> {
          if (status[0] instanceof StatusQuery.Status.Done<?> done) {
            return StepOutcome.done(Values.text(done.result()), attempts);
          }
          if (status[0] instanceof StatusQuery.Status.NotDone<?>) {
            return null;
          }
        }
      }
      if (asked >= step.retry().attempts()) {
        throw Unwind.park(unknown(detail));
      }
      backOff(asked, "status-unknown", detail);
    }
  }

  private StepOutcome exhausted(Asked asked, int attempts, String detail) {
    if (step.status() != null) {
      String id = OperationIds.step(drive.saga(), record.step());
      StepOutcome known = ask(asked, id, attempts);
      return known != null
          ? known
          : new StepOutcome(State.FAILED, null, "attempts-exhausted", detail, attempts);
    }
    boolean guess = record.intent().undo() != null && !record.intent().undo().unsure();
    if (guess && drive.writes().state().failure() == null) {
      throw Unwind.park(unknown(detail));
    }
    return new StepOutcome(State.UNKNOWN, null, "attempts-exhausted", detail, attempts);
  }

  private Parked unknown(String detail) {
    return new Parked(
        Parked.OUTCOME_UNKNOWN,
        "step '"
            + record.step()
            + "' failed as often as its retry allows, and nobody knows whether it was done: "
            + detail,
        record.step(),
        false);
  }

  // ---- waiting ----

  /** Waits here if it is short, else lets the saga rest. */
  private void backOff(int attempts, String code, String detail) {
    long wait = jittered(parts, step.retry().after(attempts));
    if (wait <= IN_MEMORY_NS) {
      parts.clock().parkNanos(wait);
      return;
    }
    long now = parts.nowMicros(drive.saga());
    drive
        .writes()
        .end(record.step(), new StepOutcome(State.RUNNING, null, code, detail, attempts), now);
    throw Unwind.rest(now + wait / 1000);
  }

  /** Half of a wait to one and a half. */
  static long jittered(DriveParts parts, Duration wait) {
    double random = (parts.entropy().nextLong() >>> 11) * 0x1p-53;
    return (long) (wait.toNanos() * (0.5 + random));
  }

  /**
   * A command to an entity, repeated as long as the answer is only that there is none now.
   *
   * @param id its operation id
   */
  record Commanding(Drive drive, EntityAddress to, CommandBody body, String id) {

    Outcome execute(Duration timeout) {
      DriveParts parts = drive.parts();
      SagaState.Start start = drive.writes().state().started();
      long beganNs = parts.nowNs();
      long pauseNs = PASSING_FIRST_NS;
      while (true) {
        CallContext context =
            new CallContext(start.principal(), start.trace(), parts.nowNs() + timeout.toNanos());
        Outcome outcome =
            parts.entities().execute(new EntityCommand(to, body, id, Precondition.NONE, context));
        if (!(outcome instanceof Outcome.Failed failed) || !failed.passing()) {
          return outcome;
        }
        if (parts.nowNs() - beganNs > PASSING_IN_MEMORY_NS) {
          throw Unwind.rest(parts.nowMicros(drive.saga()) + PASSING_REST_MICROS);
        }
        parts.clock().parkNanos(jittered(parts, Duration.ofNanos(pauseNs)));
        pauseNs = Math.min(pauseNs * 2, IN_MEMORY_NS);
      }
    }
  }
}
