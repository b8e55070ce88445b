package dev.perdure.runtime.drive;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call of an author's code that may hang, on a thread of its own: when its time is over the
 * thread is interrupted and left behind.
 */
final class Attempt implements Runnable {

  private final Work work;
  private final Thread waiter = Thread.currentThread();
  private volatile @Nullable Result result;

  private Attempt(Work work) {
    this.work = work;
  }

  /** What may hang; JSON, or null for nothing. */
  interface Work {
    @Nullable String run() throws Exception;
  }

  /**
   * What came of it.
   *
   * @param error null if it succeeded
   */
  record Result(@Nullable String value, @Nullable Throwable error) {}

  /** The value, or what was thrown. */
  static @Nullable String of(Clock clock, Duration timeout, Work work) throws Exception {
    Result result = run(clock, timeout, work);
    if (result.error == null) {
      return result.value;
    }
    throw result.error instanceof Exception e
        ? e
        : new ExecutionException(Drive.text(result.error), result.error);
  }

  static Result run(Clock clock, Duration timeout, Work work) {
    Attempt attempt = new Attempt(work);
    Thread thread = Thread.ofVirtual().start(attempt);
    long deadlineNs = clock.monotonicNs() + timeout.toNanos();
    while (true) {
      Result result = attempt.result;
      if (result != null) {
        return result;
      }
      long left = deadlineNs - clock.monotonicNs();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        thread.interrupt();
        return new Result(
            null, new TimeoutException("no answer within " + timeout.toMillis() + " ms"));
      }
      clock.parkNanos(left);
    }
  }

  @Override
  public void run() {
    try {
      result = new Result(work.run(), null);
    } catch (Throwable e) {
      result = new Result(null, e);
    }
    LockSupport.unpark(waiter);
  }
}
