package dev.perdure.kernel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The two clocks. Everything else takes time as a parameter. Implementations are thread-safe. */
public interface Clock {

  /** Wall clock: microseconds since 1970-01-01T00:00Z. May jump. */
  long wallMicros();

  /** Monotonic clock in nanoseconds from an arbitrary origin. Never goes back. */
  long monotonicNs();

  /**
   * Has the calling thread wait: at most so long, less if it is unparked or interrupted, or for no
   * reason at all. Who waits by this waits in the simulator's time, too.
   */
  default void parkNanos(long ns) {
    LockSupport.parkNanos(ns);
  }

  /** Waits for what another thread gives; null if it is not there in time, or on an interrupt. */
  default <T> @Nullable T await(CompletableFuture<T> coming, long ns) {
    Thread waiter = Thread.currentThread();
    if (!coming.isDone()) {
      var _ = coming.whenComplete((given, thrown) -> LockSupport.unpark(waiter));
    }
    long deadlineNs = monotonicNs() + ns;
    long left = ns;
    while (!coming.isDone() && left > 0 && !waiter.isInterrupted()) {
      parkNanos(left);
      left = deadlineNs - monotonicNs();
    }
    return coming.getNow(null);
  }

  /** The machine's clocks. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
