package dev.perdure.runtime.drive;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.shard.PlantedBug;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One step that starts a saga, or waits for one. */
final class Children {

  private static final long CALL_NS = 5_000_000_000L;
  private static final long GLANCE_NS = 200_000_000L;
  private static final long PAUSE_NS = 20_000_000L;
  private static final long PASSING_NS = 10_000_000_000L;
  private static final long REST_MICROS = 1_000_000L;
  private static final long REST_MAX_MICROS = 60_000_000L;

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
   * Starts it.
   *
   * @param waited true if it is to tell this saga when it ends
   */
  StepOutcome start(EntityAddress child, String input, boolean waited) {
    long beganNs = parts.nowNs();
    while (true) {
      SagaAnswer answer =
          drive
              .door()
              .start(
                  child,
                  input.getBytes(StandardCharsets.UTF_8),
                  new SagaDoor.Starter(context(CALL_NS), waited ? drive.saga() : null));
      switch (answer) {
        case SagaAnswer.Seen ignored -> {
          return StepOutcome.done(null, 1);
        }
        case SagaAnswer.Refused no -> {
          return new StepOutcome(State.REJECTED, null, no.code(), no.detail(), 1);
        }
        case SagaAnswer.Failed failed -> {
          StepOutcome known = failed(failed.problem(), beganNs);
          if (known != null) {
            return known;
          }
        }
      }
    }
  }

  private @Nullable StepOutcome failed(Outcome.Failed problem, long beganNs) {
    if (!problem.passing()) {
      return new StepOutcome(State.FAILED, null, problem.code().code(), problem.detail(), 1);
    }
    if (parts.nowNs() - beganNs > PASSING_NS) {
      throw Unwind.rest(parts.nowMicros(drive.saga()) + REST_MICROS);
    }
    parts.clock().parkNanos(Acting.jittered(parts, Duration.ofNanos(PAUSE_NS)));
    return null;
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
    throw rest();
  }

  private Unwind rest() {
    long age = parts.nowMicros(drive.saga()) - record.startedAt();
    return Unwind.rest(
        parts.nowMicros(drive.saga()) + Math.clamp(age / 2, REST_MICROS, REST_MAX_MICROS));
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
            "saga " + child.type() + "/" + child.id() + " was compensated",
            1);
      }
    } else if (answer instanceof SagaAnswer.Failed failed
        && failed.problem().code() == ProblemCode.NOT_FOUND) {
      return new StepOutcome(
          State.REJECTED,
          null,
          "no-saga",
          "there is no saga " + child.type() + "/" + child.id(),
          1);
    }
    return null;
  }

  /**
   * The saga is compensated, so the child that it waits for is not wanted any more: cancels it, and
   * lets the saga rest until it has ended. What the child did is undone, or known to stand, before
   * what the saga did before it is.
   */
  StepOutcome cancelAndAwait(EntityAddress child) {
    long beganNs = parts.nowNs();
    while (true) {
      SagaAnswer answer =
          drive.door().cancel(child, "the saga that waits for it is compensated", context(CALL_NS));
      StepOutcome known = outcome(child, answer);
      if (known != null) {
        return known;
      }
      if (answer instanceof SagaAnswer.Refused no) {
        return new StepOutcome(State.UNKNOWN, null, no.code(), no.detail(), 1);
      }
      if (!(answer instanceof SagaAnswer.Failed failed)) {
        throw rest();
      }
      StepOutcome never = failed(failed.problem(), beganNs);
      if (never != null) {
        return new StepOutcome(State.UNKNOWN, null, never.code(), never.detail(), 1);
      }
    }
  }
}
