package dev.perdure.runtime.drive;

import dev.perdure.api.StepException;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.SagaState.Phase;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.Values;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One saga on its way, on a thread of its own: until it ends, rests, is parked or is lost. */
final class Drive implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Drive.class);
  static final int TEXT_MAX = 300;
  private static final int ROUNDS_MAX = 1_000;
  private static final long STALLED_NS = 300_000_000_000L;

  private final DriveParts parts;
  private final SagaDoor door;
  private final EntityAddress saga;
  private final SagaModel model;
  private final Writes writes;
  private final boolean fresh;
  private final CompletableFuture<Left> left = new CompletableFuture<>();
  private final AtomicLong poked = new AtomicLong();
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile @Nullable Thread runner;
  private volatile boolean unread;

  /**
   * How it was left.
   *
   * @param state as last known to be recorded
   */
  record Left(SagaState state, Unwind.@Nullable Why why, String detail) {}

  /** Of a saga that is recorded, or of one that begins. */
  Drive(DriveParts parts, SagaDoor door, SagaModel model, Begins begins) {
    this.parts = parts;
    this.door = door;
    this.saga = begins.saga;
    this.model = model;
    this.fresh = begins.beginning != null;
    String name = Long.toHexString(parts.entropy().nextLong());
    this.writes = new Writes(parts, saga, name, begins.beginning);
  }

  /** One that only looks at what is recorded. */
  Drive(DriveParts parts, SagaDoor door, SagaModel model, Held held) {
    this.parts = parts;
    this.door = door;
    this.saga = held.saga;
    this.model = model;
    this.fresh = false;
    this.writes = new Writes(parts, saga, held.state);
  }

  /** A record. */
  record Held(EntityAddress saga, SagaState state) {}

  /**
   * What is driven.
   *
   * @param beginning null if it is recorded
   */
  record Begins(EntityAddress saga, Writes.@Nullable Beginning beginning) {}

  EntityAddress saga() {
    return saga;
  }

  DriveParts parts() {
    return parts;
  }

  SagaDoor door() {
    return door;
  }

  SagaModel model() {
    return model;
  }

  Writes writes() {
    return writes;
  }

  /** It has to look at something that happened then, if it has not. */
  void poke(long dueMicros) {
    poked.accumulateAndGet(dueMicros, Math::max);
  }

  /** The thread that runs it. */
  void runsOn(Thread thread) {
    runner = thread;
  }

  /** True if nothing was recorded of it for long: its code hangs, or what it calls does. */
  boolean stalled() {
    return parts.nowNs() - writes.progressNs() > STALLED_NS;
  }

  /** Says once where it hangs, so that somebody finds it. */
  void warnIfStalled() {
    Thread thread = runner;
    if (thread != null && stalled() && warned.compareAndSet(false, true)) {
      StackTraceElement[] stack = thread.getStackTrace();
      LOG.warn(
          "saga {} makes no progress: nothing was recorded of it for {} s; its code is at {}",
          saga,
          STALLED_NS / 1_000_000_000,
          stack.length == 0 ? "no place that can be seen" : stack[0]);
    }
  }

  /** True if it was left without having looked at what happened last. */
  boolean missed() {
    SagaState state = writes.state();
    return !state.ended() && state.parked() == null && poked.get() > writes.seen();
  }

  /** True if what is recorded could not be read: whoever told of it does not do so again soon. */
  boolean unread() {
    return unread;
  }

  /** Completed when it is driven no more. */
  CompletableFuture<Left> left() {
    return left;
  }

  @Override
  public void run() {
    Unwind.Why why = null;
    String detail = "";
    try {
      if (fresh || writes.load()) {
        detail = drive();
      } else {
        why = Unwind.Why.LOST;
        unread = true;
        detail = "this node cannot read it now";
      }
    } catch (Unwind unwind) {
      why = unwind.why();
      detail = unwind.detail();
    } catch (Throwable e) {
      why = Unwind.Why.LOST;
      detail = "the driver failed";
      LOG.error("saga {} could not be driven", saga, e);
    } finally {
      writes.notBegun(detail);
      left.complete(new Left(writes.state(), why, detail));
    }
  }

  private String drive() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      SagaState state = writes.state();
      if (state.ended() || state.parked() != null) {
        return "";
      }
      try {
        if (state.phase() == Phase.FORWARD) {
          forward();
        } else {
          backward();
        }
      } catch (Unwind unwind) {
        if (!unwound(unwind)) {
          return "";
        }
      }
    }
    return "it was begun again too often";
  }

  /** Records why the code was left; true to go on. */
  private boolean unwound(Unwind unwind) {
    writes.mend();
    Parked parked = unwind.parked();
    try {
      if (unwind.why() == Unwind.Why.AGAIN) {
        writes.flush();
        return true;
      }
      if (unwind.why() == Unwind.Why.REST) {
        writes.rest(unwind.until());
        return false;
      }
      if (parked != null) {
        LOG.warn("saga {} is parked: {}: {}", saga, parked.code(), parked.detail());
        writes.park(parked);
        return false;
      }
    } catch (Unwind next) {
      return unwound(next);
    }
    throw unwind;
  }

  private void forward() {
    long deadline = writes.state().started().deadline();
    if (deadline != 0 && parts.nowMicros(saga) >= deadline) {
      fail("deadline-exceeded", "it had not ended by its deadline");
      return;
    }
    Context context = new Context(this, false);
    try {
      Object result = context.run();
      if (result == null && model.result() != Void.class) {
        throw new IllegalStateException("the saga's code returned null, and not as Void");
      }
      String text = result == null ? "null" : Values.text(result);
      int max = Context.LIMITS.resultBytes();
      if (text.length() > max) {
        throw Unwind.park(
            new Parked(
                "result-too-large",
                "the result is " + text.length() + " bytes, at most " + max + " are allowed",
                null,
                false));
      }
      writes.complete(text);
    } catch (StepException e) {
      context.rethrow();
      fail(e.code(), e.detail());
    } catch (Aborted e) {
      context.rethrow();
      fail(e.code(), e.reason());
    } catch (Unwind e) {
      throw e;
    } catch (Throwable e) {
      context.rethrow();
      LOG.warn("the code of saga {} failed", saga, e);
      throw Unwind.park(
          new Parked("code-failed", "the saga's code threw an exception: " + text(e), null, false));
    }
  }

  /** From now on it is compensated. */
  void fail(String code, String detail) {
    boolean nothing =
        writes.state().steps().stream()
            .noneMatch(
                step -> step.intent().undo() != null || step.intent().kind().equals("child"));
    writes.fail(code, detail, nothing);
  }

  private void backward() {
    boolean guesses = parts.has(PlantedBug.UNDONE_ON_A_GUESS);
    if (!guesses && writes.state().steps().stream().anyMatch(Compensating::unresolved)) {
      Context context = new Context(this, true);
      try {
        context.run();
      } catch (Unwind e) {
        if (e.why() != Unwind.Why.RESOLVED) {
          throw e;
        }
        writes.mend();
      } catch (Throwable e) {
        context.rethrowUnlessResolved();
        writes.mend();
      }
      writes.flush();
    }
    new Compensating(this).run();
  }

  /** What a throwable says, short enough to be kept, without its class. */
  static String text(Throwable e) {
    String message = e.getMessage();
    String text = message == null ? "no message" : message;
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
  }

  /** The step as recorded; null if it is not. */
  @Nullable StepRecord recorded(dev.perdure.runtime.saga.StepName step) {
    return writes.state().step(step);
  }
}
