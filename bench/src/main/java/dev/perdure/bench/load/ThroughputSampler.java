package dev.perdure.bench.load;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts answered operations and notes how many there were in each whole second of a phase.
 *
 * <p>Callers count, one other thread samples.
 */
public final class ThroughputSampler {

  private static final Clock CLOCK = Clock.system();
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final LongAdder operations = new LongAdder();

  /** Called by callers, once for each answered operation. */
  public void count() {
    operations.increment();
  }

  /**
   * Samples every second until the phase is over or all callers have stopped.
   *
   * @param startNs when the phase began, in {@link Clock#monotonicNs()}
   * @param stopped opens when the last caller has stopped
   */
  public List<Long> sample(long startNs, Duration length, CountDownLatch stopped)
      throws InterruptedException {
    List<Long> samples = new ArrayList<>();
    long before = 0;
    for (long second = 1; second <= length.toSeconds(); second++) {
      long endNs = startNs + second * SECOND_NS;
      boolean allStopped = stopped.await(endNs - CLOCK.monotonicNs(), TimeUnit.NANOSECONDS);
      // On a busy machine this thread may wake after the phase: that second was whole all the same.
      if (allStopped && CLOCK.monotonicNs() - endNs < 0) {
        break;
      }
      long now = operations.sum();
      samples.add(now - before);
      before = now;
    }
    return samples;
  }
}
