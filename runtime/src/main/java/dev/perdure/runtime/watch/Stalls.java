package dev.perdure.runtime.watch;

import java.util.Arrays;

/**
 * How long the process stood still lately: somebody who wants to wake at a time says when he did.
 * Told by one thread, read by any. Time is a parameter.
 */
final class Stalls {

  /** Pauses are added up over so many seconds. */
  static final int SECONDS = 10;

  /** Less than this is the scheduler's, and no pause. */
  static final long NOTABLE_NS = 50_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private final long[] second = new long[SECONDS + 1];
  private final long[] stoodNs = new long[SECONDS + 1];
  private final long[] longestNs = new long[SECONDS + 1];
  private long totalNs;

  Stalls() {
    Arrays.fill(second, Long.MIN_VALUE);
  }

  /** Somebody who wanted to wake at a time woke now. */
  synchronized void woke(long dueNs, long nowNs) {
    long late = nowNs - dueNs;
    if (late < NOTABLE_NS) {
      return;
    }
    long now = Math.floorDiv(nowNs, SECOND_NS);
    int at = Math.floorMod(now, second.length);
    if (second[at] != now) {
      second[at] = now;
      stoodNs[at] = 0;
      longestNs[at] = 0;
    }
    stoodNs[at] += late;
    longestNs[at] = Math.max(longestNs[at], late);
    totalNs += late;
  }

  /**
   * Pauses within the last seconds.
   *
   * @param stoodNs all of them
   * @param longestNs the longest
   */
  record Lately(long stoodNs, long longestNs) {}

  synchronized Lately lately(long nowNs) {
    long now = Math.floorDiv(nowNs, SECOND_NS);
    long stood = 0;
    long longest = 0;
    for (int i = 0; i < second.length; i++) {
      if (second[i] > now - SECONDS && second[i] <= now) {
        stood += stoodNs[i];
        longest = Math.max(longest, longestNs[i]);
      }
    }
    return new Lately(stood, longest);
  }

  /** All since the start. */
  synchronized long totalNs() {
    return totalNs;
  }
}
