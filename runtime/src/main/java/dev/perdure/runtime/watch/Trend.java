package dev.perdure.runtime.watch;

import java.util.Arrays;

/**
 * How something grows: the median of the slopes between all pairs of the last samples (Theil, 1950;
 * Sen, 1968), which a few peaks do not move, and the share of the pairs that rise. Bounded; one
 * thread.
 */
final class Trend {

  private static final int SAMPLES = 60;
  private static final int ENOUGH = 20;
  private static final double SECOND_NS = 1e9;

  private final long[] atNs = new long[SAMPLES];
  private final double[] values = new double[SAMPLES];
  private int count;
  private int next;

  /**
   * A trend.
   *
   * @param perSecond median slope
   * @param rising share of the pairs of samples of which the later is higher
   * @param spanNs between the first sample and the last
   */
  record Slope(double perSecond, double rising, long spanNs) {

    static final Slope UNKNOWN = new Slope(0, 0, 0);
  }

  void add(long nowNs, double value) {
    atNs[next] = nowNs;
    values[next] = value;
    next = (next + 1) % SAMPLES;
    count = Math.min(SAMPLES, count + 1);
  }

  /** Of the samples that are kept; unknown while they are too few. */
  Slope slope() {
    if (count < ENOUGH) {
      return Slope.UNKNOWN;
    }
    double[] slopes = new double[count * (count - 1) / 2];
    int pairs = 0;
    int rising = 0;
    for (int later = 1; later < count; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        double by = values[at(later)] - values[at(earlier)];
        rising += by > 0 ? 1 : 0;
        slopes[pairs++] = by / ((atNs[at(later)] - atNs[at(earlier)]) / SECOND_NS);
      }
    }
    Arrays.sort(slopes);
    return new Slope(slopes[pairs / 2], (double) rising / pairs, atNs[at(count - 1)] - atNs[at(0)]);
  }

  /** Where the sample of an age rank is, the oldest first. */
  private int at(int rank) {
    return (next - count + rank + SAMPLES) % SAMPLES;
  }
}
