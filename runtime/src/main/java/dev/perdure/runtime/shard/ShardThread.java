package dev.perdure.runtime.shard;

import dev.perdure.kernel.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps a shard's loop on a platform thread, and watches the user code that runs inline there.
 *
 * <p>One number arbitrates: {@code busySince} is set before user code and must be taken back after
 * it. If the watch gets it first, a fresh thread goes on with the shard, and the stuck one, should
 * it ever come back, unwinds without touching anything.
 */
final class ShardThread implements UserCode {

  private static final Logger LOG = LoggerFactory.getLogger(ShardThread.class);
  private static final long PARK_NS = 10_000_000;
  private static final long IDLE = Long.MIN_VALUE;

  private final String name;
  private final Clock clock;
  private final long userTimeMaxNs;
  private final AtomicLong busySince = new AtomicLong(IDLE);
  private final AtomicInteger started = new AtomicInteger();
  private volatile @Nullable ShardLoop loop;
  private volatile @Nullable Thread owner;
  private volatile boolean parked;
  private volatile boolean stopping;
  private final AtomicLong turns = new AtomicLong();

  ShardThread(String name, Clock clock, long userTimeMaxNs) {
    this.name = name;
    this.clock = clock;
    this.userTimeMaxNs = userTimeMaxNs;
  }

  /** Begins to step. */
  void start(ShardLoop stepped) {
    loop = stepped;
    launch(() -> drive(stepped));
  }

  private void launch(Runnable body) {
    Thread thread = new Thread(body, name + "-" + started.incrementAndGet());
    thread.setDaemon(true);
    owner = thread;
    thread.start();
  }

  private void drive(ShardLoop stepped) {
    try {
      while (isCurrent() && !stopping) {
        turns.setOpaque(turns.getPlain() + 1); // one writer; readers may see it late
        if (!stepped.step()) {
          park(stepped);
        }
      }
    } catch (Evicted e) {
      LOG.warn("user code of {} came back after its shard had gone on without it", name);
    } catch (Throwable e) {
      LOG.error("shard loop failed", e);
      stepped.stop("its loop failed: " + e.getMessage());
    }
  }

  private void park(ShardLoop stepped) {
    parked = true;
    if (!stepped.hasWork() && !stopping) {
      LockSupport.parkNanos(this, PARK_NS);
    }
    parked = false;
  }

  /** How often the loop has turned: many times a second, also when there is nothing to do. */
  long turns() {
    return turns.getOpaque();
  }

  /** There is something to do. Any thread. */
  void wake() {
    if (parked) {
      parked = false; // one wake-up is enough
      LockSupport.unpark(owner);
    }
  }

  @Override
  public <T> T run(Supplier<T> code) {
    long since = clock.monotonicNs();
    busySince.set(since);
    try {
      return code.get();
    } finally {
      if (!busySince.compareAndSet(since, IDLE)) {
        throwEvicted();
      }
    }
  }

  private static void throwEvicted() {
    throw new Evicted();
  }

  /** Takes the shard from a thread whose user code overran. Called now and then by a watch. */
  void watch() {
    long since = busySince.get();
    ShardLoop stepped = loop;
    if (stepped == null || since == IDLE || clock.monotonicNs() - since < userTimeMaxNs) {
      return;
    }
    if (busySince.compareAndSet(since, IDLE)) {
      Thread stuck = owner;
      launch(
          () -> {
            stepped.decider().overrun();
            drive(stepped);
          });
      if (stuck != null) {
        LOG.error("user code of {} overran {} ns; its thread was given up", name, userTimeMaxNs);
        stuck.interrupt();
      }
    }
  }

  private boolean isCurrent() {
    return Thread.currentThread().equals(owner);
  }

  /** Ends stepping and waits for it, at most a second. */
  void stop() {
    stopping = true;
    Thread thread = owner;
    if (thread == null || isCurrent()) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unwinds a thread that lost its shard. */
  private static final class Evicted extends Error {
    private static final long serialVersionUID = 1;

    Evicted() {
      super("user code overran", null, false, false);
    }
  }
}
