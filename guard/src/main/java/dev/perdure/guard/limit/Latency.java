package dev.perdure.guard.limit;

import java.util.Arrays;

/** How long the last calls took: when a hedge begins. */
public final class Latency {
  private static final int SIZE = 128;
  private static final int LEAST = 20;

  private final long[] ring = new long[SIZE];
  private long added;

  /** Nothing is known. */
  public Latency() {}

  /** One more call. */
  public synchronized void add(long tookNs) {
    ring[(int) (added++ % SIZE)] = tookNs;
  }

  /** What so many of a hundred calls did not exceed; 0 while too few are known. */
  public synchronized long percentile(int percent) {
    if (added < LEAST) {
      return 0;
    }
    int count = (int) Math.min(added, SIZE);
    long[] sorted = Arrays.copyOf(ring, count);
    Arrays.sort(sorted);
    return sorted[count * percent / 100];
  }
}
