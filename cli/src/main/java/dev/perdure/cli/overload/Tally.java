package dev.perdure.cli.overload;

import java.util.Arrays;

/** What became of the requests of one flow. For one thread. */
final class Tally {

  private final int[] goodBySecond;
  private long[] latenciesNs = new long[1 << 12];
  private int good;
  private long[] lateNs = new long[1 << 12];
  private int sent;
  long due;
  long refused;
  long expired;
  long unknown;
  long unsent;
  long other;

  Tally(int seconds) {
    this.goodBySecond = new int[seconds];
  }

  void good(long latencyNs, long second) {
    if (good == latenciesNs.length) {
      latenciesNs = Arrays.copyOf(latenciesNs, good * 2);
    }
    latenciesNs[good++] = latencyNs;
    if (second >= 0 && second < goodBySecond.length) {
      goodBySecond[(int) second]++;
    }
  }

  /** A request was sent so long after it was due: the caller's own delay. */
  void late(long byNs) {
    if (sent == lateNs.length) {
      lateNs = Arrays.copyOf(lateNs, sent * 2);
    }
    lateNs[sent++] = byNs;
  }

  /** How late requests were sent, in ascending order. */
  long[] lateNs() {
    long[] sorted = Arrays.copyOf(lateNs, sent);
    Arrays.sort(sorted);
    return sorted;
  }

  int good() {
    return good;
  }

  int[] goodBySecond() {
    return goodBySecond.clone();
  }

  /**
   * The latency that 99 of 100 did not exceed, of each second; 0 of one in which nothing was done.
   */
  double[] p99MsBySecond() {
    double[] all = new double[goodBySecond.length];
    int from = 0;
    for (int second = 0; second < all.length; second++) {
      long[] sorted = Arrays.copyOfRange(latenciesNs, from, from + goodBySecond[second]);
      Arrays.sort(sorted);
      all[second] = OverloadReport.ms(sorted, 0.99);
      from += goodBySecond[second];
    }
    return all;
  }

  /** Latencies of what was done, in ascending order. */
  long[] latenciesNs() {
    long[] sorted = Arrays.copyOf(latenciesNs, good);
    Arrays.sort(sorted);
    return sorted;
  }
}
