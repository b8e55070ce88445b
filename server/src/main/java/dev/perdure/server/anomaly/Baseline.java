package dev.perdure.server.anomaly;

import java.util.Arrays;

/**
 * Where a series usually is: median, and median distance from it, of its last values. Neither is
 * moved by a few that are far away. Bounded; one thread.
 */
final class Baseline {

  /** An hour, at a sample every ten seconds. */
  private static final int KEPT = 360;

  /** Of a normal distribution, the standard deviation by the median distance. */
  private static final double SIGMA = 1.4826;

  private final double[] values = new double[KEPT];
  private int count;
  private int next;
  private double median;
  private double spread;

  void add(double value) {
    values[next] = value;
    next = (next + 1) % KEPT;
    count = Math.min(KEPT, count + 1);
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    median = sorted[count / 2];
    for (int i = 0; i < count; i++) {
      sorted[i] = Math.abs(sorted[i] - median);
    }
    Arrays.sort(sorted);
    spread = SIGMA * sorted[count / 2];
  }

  double median() {
    return median;
  }

  double spread() {
    return spread;
  }
}
