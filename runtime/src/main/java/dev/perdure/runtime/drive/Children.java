package dev.perdure.runtime.drive;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.shard.PlantedBug;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One step that starts a saga, or waits for one. */
final class Children {

  /** What a child that is cancelled is told. */
  static final String NOT_WANTED = "the saga that waits for it is compensated";

  private static final long CALL_NS = 5_000_000_000L;
  private static final long GLANCE_NS = 200_000_000L;
  private static final long PAUSE_NS = 20_000_000L;
  private static final long PASSING_NS = 10_000_000_000L;
  private static final long REST_MICROS = 1_000_000L;
  private static final long REST_MAX_MICROS = 60_000_000L;

  /** So long a saga that turned back waits for the end of its child before a person is asked. */
  private static final long ENDS_MICROS = 3_600_000_000L;

  private final Drive drive;
  private final boolean resolving;
  private final StepRecord record;
  private final DriveParts parts;

  /**
   * Of a step.
   *
   * @param resolving true if its outcome is only found out, because its saga is compensated
   */
  Children(Drive drive, boolean resolving, StepRecord record) {
    this.drive = drive;
    this.resolving = resolving;
    this.record = record;
    this.parts = drive.parts();
  }

  /**
   * Starts it; if its saga turned back, only has it recorded as given up, unless it is there.
   *
   * @param waited true if it is to tell this saga when it ends
   */
  StepOutcome start(EntityAddress child, String input, boolean waited) {
    long beganNs = parts.nowNs();
    byte[] json = input.getBytes(StandardCharsets.UTF_8);
    while (true) {
      switch (drive.door().start(child, json, starter(waited))) {
        case SagaAnswer.Seen ignored -> {
          return StepOutcome.done(null, 1);
        }
        case SagaAnswer.Refused no -> {
          return new StepOutcome(State.REJECTED, null, no.code(), no.detail(), 1);
        }
        case SagaAnswer.Failed failed when failed.problem().passing() -> pause(beganNs);
        case SagaAnswer.Failed failed -> {
          ProblemCode code = failed.problem().code();
          if (resolving && waited && code != ProblemCode.OPERATION_ID_REUSED) {
            // It may have been started when that was possible: it is looked for by its name.
            throw Unwind.of(Unwind.Why.RESOLVED, "");
          }
          return new StepOutcome(State.FAILED, null, code.code(), failed.problem().detail(), 1);
        }
      }
    }
  }

  private SagaDoor.Starter starter(boolean waited) {
    return new SagaDoor.Starter(
        context(CALL_NS), waited ? drive.saga() : null, !(resolving && waited));
  }

  /** Until it can be asked again; if that takes long, the saga rests. */
  private void pause(long beganNs) {
    if (parts.nowNs() - beganNs > PASSING_NS) {
      throw Unwind.rest(parts.nowMicros(drive.saga()) + REST_MICROS);
    }
    parts.clock().parkNanos(Acting.jittered(parts, Duration.ofNanos(PAUSE_NS)));
  }

  private CallContext context(long ns) {
    SagaState.Start start = drive.writes().state().started();
    return new CallContext(start.principal(), start.trace(), parts.nowNs() + ns);
  }

  StepOutcome startAndAwait(EntityAddress named, String input) {
    EntityAddress child = named;
    if (parts.has(PlantedBug.CHILD_OF_EACH_ATTEMPT)) {
      String other = named.id() + "~" + Long.toHexString(parts.entropy().nextLong());
      child = new EntityAddress(named.tenant(), named.type(), other);
    }
    StepOutcome started = start(child, input, true);
    return started.state() == State.DONE ? await(child) : started;
  }

  StepOutcome await(EntityAddress child) {
    SagaAnswer answer = drive.door().await(child, context(GLANCE_NS));
    StepOutcome known = outcome(child, answer);
    if (known != null) {
      return known;
    }
    if (resolving) {
      throw Unwind.of(Unwind.Why.RESOLVED, "");
    }
    throw rest(record.startedAt());
  }

  /** The longer it has waited, the longer it rests. */
  private Unwind rest(long since) {
    long now = parts.nowMicros(drive.saga());
    return Unwind.rest(now + Math.clamp((now - since) / 2, REST_MICROS, REST_MAX_MICROS));
  }

  /** What a child that has ended is for the step that waits for it; null if it goes on. */
  private @Nullable StepOutcome outcome(EntityAddress child, SagaAnswer answer) {
    if (answer instanceof SagaAnswer.Seen seen) {
      SagaView view = seen.saga();
      boolean anyway =
          parts.has(PlantedBug.CHILD_TAKEN_AS_DONE) && view.status() == SagaView.Status.COMPENSATED;
      if (view.status() == SagaView.Status.COMPLETED || anyway) {
        byte[] result = view.result();
        String text = result == null ? "null" : new String(result, StandardCharsets.UTF_8);
        return StepOutcome.done(text.equals("null") ? null : text, 1);
      }
      if (view.status() == SagaView.Status.COMPENSATED) {
        SagaView.Failure why = view.failure();
        return new StepOutcome(
            State.FAILED,
            null,
            why == null ? "child-compensated" : why.code(),
            name(child) + " was compensated",
            1);
      }
    } else if (isNone(answer)) {
      return new StepOutcome(State.REJECTED, null, "no-saga", "there is no " + name(child), 1);
    }
    return null;
  }

  private static boolean isNone(SagaAnswer answer) {
    return answer instanceof SagaAnswer.Failed failed
        && failed.problem().code() == ProblemCode.NOT_FOUND;
  }

  /**
   * The saga is compensated, so the child that it waits for is not wanted any more: cancels it, and
   * lets the saga rest until it has ended. What the child did is undone, or known to stand, before
   * what the saga did before it is. If it cannot be cancelled, or does not end, a person has to see
   * to that.
   */
  StepOutcome cancelAndAwait(EntityAddress child) {
    long beganNs = parts.nowNs();
    while (true) {
      SagaAnswer answer = drive.door().cancel(child, NOT_WANTED, context(CALL_NS));
      if (isNone(answer)) {
        answer = drive.door().giveUp(child, starter(true));
      }
      StepOutcome known = outcome(child, answer);
      if (known != null) {
        return known;
      }
      switch (answer) {
        case SagaAnswer.Seen seen -> {
          return ended(child, seen);
        }
        case SagaAnswer.Refused no -> throw notCancelled(child, no.code(), no.detail());
        case SagaAnswer.Failed failed -> {
          Outcome.Failed problem = failed.problem();
          // Its start came just before it was given up: there is something to cancel now.
          boolean late = problem.code() == ProblemCode.OPERATION_ID_REUSED;
          if (!late && !problem.passing()) {
            throw notCancelled(child, problem.code().code(), problem.detail());
          }
          pause(beganNs);
        }
      }
    }
  }

  /** How it ended, if it does so in a moment. */
  private StepOutcome ended(EntityAddress child, SagaAnswer.Seen cancelled) {
    SagaAnswer answer = drive.door().await(child, context(GLANCE_NS));
    StepOutcome known = outcome(child, answer);
    if (known != null) {
      return known;
    }
    // When it turned back; or later, when a person had it tried again, or something came for it.
    long since = drive.writes().state().poked();
    if (parts.nowMicros(drive.saga()) - since <= ENDS_MICROS) {
      throw rest(since);
    }
    SagaView view = answer instanceof SagaAnswer.Seen seen ? seen.saga() : cancelled.saga();
    SagaView.Failure why = view.failure();
    String status =
        view.status().name().toLowerCase(Locale.ROOT)
            + (why == null ? "" : " (" + why.code() + ")");
    throw parked(
        Parked.CHILD_NOT_ENDED,
        name(child)
            + ", which it waits for, has not ended: "
            + status
            + "; see to it that it ends, then retry; or provide its result if what it did is to be"
            + " taken as done, or skip it if it is not");
  }

  private Unwind notCancelled(EntityAddress child, String code, String detail) {
    return parked(
        Parked.CHILD_NOT_CANCELLED,
        name(child)
            + ", which it waits for, cannot be cancelled: "
            + code
            + ": "
            + detail
            + "; mend that, then retry; or look yourself what became of it, then provide its result"
            + " if it was completed, or skip it if it was not");
  }

  private Unwind parked(String code, String detail) {
    return Unwind.park(new Parked(code, detail, record.step(), true));
  }

  private static String name(EntityAddress child) {
    return "saga " + child.type() + "/" + child.id();
  }
}
