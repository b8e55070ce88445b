package dev.perdure.journal.ratis;

import dev.perdure.journal.ForceFigures;
import dev.perdure.kernel.Clock;
import java.util.Arrays;
import org.apache.ratis.metrics.Timekeeper;

/**
 * How long it took lately to force a log to disk. The engine's writer is the one that measures; any
 * thread asks.
 */
final class ForceTimes implements Timekeeper {

  private static final int KEPT = 256;
  private static final int ENOUGH = 3;
  private static final long LATELY_NS = 5_000_000_000L;

  /** A force that is under way for so long says how slow the disk is before it ends. */
  private static final long STUCK_NS = 2_000_000_000L;

  private static final long NONE = Long.MIN_VALUE;

  private final Clock clock;
  private final long[] endedNs = new long[KEPT];
  private final long[] tookNs = new long[KEPT];
  private long count;
  private long openSinceNs = NONE;

  /** Who forces a log waits so long first: a fault that is injected. */
  private volatile long slowedNs;

  ForceTimes(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Context time() {
    long begunNs = clock.monotonicNs();
    begun(begunNs);
    for (long left = slowedNs; left > 0; left = slowedNs - (clock.monotonicNs() - begunNs)) {
      clock.parkNanos(left);
    }
    return () -> ended(begunNs);
  }

  void slow(long ns) {
    slowedNs = ns;
  }

  private synchronized void begun(long begunNs) {
    openSinceNs = begunNs;
  }

  private synchronized long ended(long begunNs) {
    long now = clock.monotonicNs();
    endedNs[(int) (count % KEPT)] = now;
    tookNs[(int) (count % KEPT)] = now - begunNs;
    count++;
    openSinceNs = NONE;
    return now - begunNs;
  }

  /**
   * Median of the last five seconds, or for how long the one under way has been going on if it
   * seems to be stuck; 0 if there were too few to tell.
   */
  long medianNs() {
    return figures().medianNs();
  }

  /** The last five seconds; one that is under way and seems to be stuck counts in all figures. */
  synchronized ForceFigures figures() {
    long now = clock.monotonicNs();
    long open = openSinceNs == NONE ? 0 : now - openSinceNs;
    ForceFigures ended = ended(now, new long[KEPT]);
    return open >= STUCK_NS
        ? new ForceFigures(
            Math.max(open, ended.medianNs()), Math.max(open, ended.p99Ns()), ended.count() + 1)
        : ended;
  }

  private ForceFigures ended(long now, long[] lately) {
    int found = 0;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      if (now - endedNs[i] <= LATELY_NS) {
        lately[found++] = tookNs[i];
      }
    }
    if (found < ENOUGH) {
      return ForceFigures.NONE;
    }
    Arrays.sort(lately, 0, found);
    // One alone tells nothing, also where it is more than a hundredth of all.
    int beyond = Math.max(1, found / 100);
    return new ForceFigures(lately[found / 2], lately[found - 1 - beyond], found);
  }
}
