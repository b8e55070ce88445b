package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.fair.Work;
import dev.perdure.runtime.record.EntityAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work for a shard's loop and the one who waits for it. It is waiting, then taken by the loop or
 * expired, never both; whoever answers first wins.
 */
abstract class Request implements Work {

  private static final Logger LOG = LoggerFactory.getLogger(Request.class);

  private static final AtomicReferenceFieldUpdater<Request, @Nullable Outcome> OUTCOME =
      AtomicReferenceFieldUpdater.newUpdater(Request.class, Outcome.class, "outcome");
  private static final AtomicIntegerFieldUpdater<Request> PHASE =
      AtomicIntegerFieldUpdater.newUpdater(Request.class, "phase");
  private static final int WAITING = 0;
  private static final int TAKEN = 1;
  private static final int EXPIRED = 2;

  private final CallContext context;
  private volatile @Nullable Outcome outcome;

  /** A thread, or {@link Told}. */
  private volatile @Nullable Object waiter;

  private volatile int phase = WAITING;

  Request(CallContext context) {
    this.context = context;
  }

  CallContext context() {
    return context;
  }

  /** True if it ends what was taken before, so that a shard that drains takes it. */
  boolean finishes() {
    return false;
  }

  /** Taken by the loop: from now on a passed deadline means that the outcome is unknown. */
  final boolean take() {
    return PHASE.compareAndSet(this, WAITING, TAKEN);
  }

  /** Given back by the loop. */
  final void putBack() {
    phase = WAITING;
  }

  final boolean answered() {
    return outcome != null;
  }

  /** The entity that it is for; null for the shard itself. */
  @Nullable EntityAddress address() {
    return null;
  }

  /** True if it ends what was begun, and does not begin anything. */
  boolean ends() {
    return finishes();
  }

  @Override
  public final String tenant() {
    EntityAddress address = address();
    return address == null ? "" : address.tenant();
  }

  @Override
  public final Object key() {
    EntityAddress address = address();
    return address == null ? this : address;
  }

  /** What ends something that was taken before goes before all that begins. */
  @Override
  public final int rank() {
    return ends() || address() == null ? 0 : Work.rankOf(context.urgency());
  }

  @Override
  public final long deadlineNs() {
    return context.deadlineNs();
  }

  @Override
  public int cost() {
    return 1;
  }

  @Override
  public final boolean ended() {
    return answered();
  }

  /** Answers, unless it is answered already. Any thread. */
  final void finish(Outcome answer) {
    if (OUTCOME.compareAndSet(this, null, answer)) {
      switch (waiter) {
        case null -> {}
        case Thread thread -> LockSupport.unpark(thread);
        case Told told -> told.tell(answer);
        default -> throw new IllegalStateException("unknown waiter");
      }
    }
  }

  /** Who is told the answer, once. */
  private static final class Told extends AtomicBoolean {
    private static final long serialVersionUID = 1;
    private final transient Consumer<Outcome> consumer;

    Told(Consumer<Outcome> consumer) {
      this.consumer = consumer;
    }

    void tell(Outcome answer) {
      if (!compareAndSet(false, true)) {
        return;
      }
      try {
        consumer.accept(answer);
      } catch (RuntimeException | Error e) {
        LOG.error("an answer could not be passed on", e); // whoever made it must go on
      }
    }
  }

  /** Tells the answer in place of waiting for it, on whatever thread makes it: must not block. */
  public final void then(Consumer<Outcome> consumer) {
    Told told = new Told(consumer);
    waiter = told;
    Outcome answer = outcome;
    if (answer != null) {
      told.tell(answer);
    }
  }

  final void fail(ProblemCode code, String detail) {
    finish(Outcome.Failed.of(code, detail));
  }

  /** Answers if the deadline has passed. Any thread. */
  final void expire(long nowNs) {
    if (outcome != null || nowNs - context.deadlineNs() < 0) {
      return;
    }
    if (PHASE.compareAndSet(this, WAITING, EXPIRED) || phase == EXPIRED) {
      fail(ProblemCode.DEADLINE_EXCEEDED, "the deadline passed before the request was taken up");
    } else {
      fail(
          ProblemCode.OUTCOME_UNKNOWN,
          "the deadline passed while the answer was being made durable");
    }
  }

  /** Waits. The shard's sweep ends every wait at its deadline. */
  public Outcome await() {
    Outcome answer = outcome;
    if (answer != null) {
      return answer;
    }
    waiter = Thread.currentThread();
    boolean interrupted = false;
    while ((answer = outcome) == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  /** The answer if there is one. */
  public final @Nullable Outcome poll() {
    return outcome;
  }
}
