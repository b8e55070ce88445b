package dev.perdure.journal.ratis;

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

  private final Clock clock;
  private final long[] endedNs = new long[KEPT];
  private final long[] tookNs = new long[KEPT];
  private long count;

  ForceTimes(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Context time() {
    long begunNs = clock.monotonicNs();
    return () -> ended(begunNs);
  }

  private synchronized long ended(long begunNs) {
    long now = clock.monotonicNs();
    endedNs[(int) (count % KEPT)] = now;
    tookNs[(int) (count % KEPT)] = now - begunNs;
    count++;
    return now - begunNs;
  }

  /** Median of the last five seconds; 0 if there were too few to tell. */
  synchronized long medianNs() {
    long now = clock.monotonicNs();
    long[] lately = new long[KEPT];
    int found = 0;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      if (now - endedNs[i] <= LATELY_NS) {
        lately[found++] = tookNs[i];
      }
    }
    if (found < ENOUGH) {
      return 0;
    }
    Arrays.sort(lately, 0, found);
    return lately[found / 2];
  }
}
