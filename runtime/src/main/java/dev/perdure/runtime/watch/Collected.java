package dev.perdure.runtime.watch;

import java.util.Arrays;

/** How much a total grew within the last seconds. One thread. */
final class Collected {

  private final long[] second = new long[Stalls.SECONDS + 1];
  private final long[] total = new long[Stalls.SECONDS + 1];

  Collected() {
    Arrays.fill(second, Long.MIN_VALUE);
  }

  /** Takes note of the total now; by how much it is above the oldest that is remembered. */
  long lately(long nowNs, long now) {
    long current = Math.floorDiv(nowNs, 1_000_000_000L);
    int at = Math.floorMod(current, second.length);
    if (second[at] != current) {
      second[at] = current;
      total[at] = now;
    }
    long oldest = current;
    long before = now;
    for (int i = 0; i < second.length; i++) {
      if (second[i] >= current - Stalls.SECONDS && second[i] <= oldest) {
        oldest = second[i];
        before = total[i];
      }
    }
    return now - before;
  }
}
