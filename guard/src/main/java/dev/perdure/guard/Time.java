package dev.perdure.guard;

/**
 * Time and chance, so that both can be simulated. Implementations are thread-safe.
 *
 * <p>There is no wall clock: setting it changes nothing here.
 */
public interface Time {

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nowNs();

  /** Waits. */
  void sleepNs(long ns) throws InterruptedException;

  /** Runs something later, on a thread that must not be blocked. */
  Timer schedule(Runnable task, long delayNs);

  /**
   * Runs something now that may block, on a thread of its own; on this one where nothing blocks, as
   * in simulated time.
   */
  default void fork(Runnable task) {
    task.run();
  }

  /** A random number from 0 to 1. */
  double random();

  /** Something that will run. */
  interface Timer {
    /** It need not run any more. */
    void cancel();
  }

  /** The machine's. */
  static Time system() {
    return SystemTime.INSTANCE;
  }
}
