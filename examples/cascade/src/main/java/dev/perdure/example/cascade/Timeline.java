package dev.perdure.example.cascade;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts events by when they happen, in bins of half a second from time zero. Thread-safe. */
final class Timeline {
  static final long BIN_NS = 500_000_000L;

  /** Bins in a second. */
  static final int PER_SECOND = 2;

  private final AtomicIntegerArray bins;

  /** For a time so long; what comes before or after is not counted. */
  Timeline(long lengthNs) {
    this.bins = new AtomicIntegerArray(bins(lengthNs));
  }

  /** How many bins a length of time is, the last one perhaps not full. */
  static int bins(long lengthNs) {
    return (int) Math.ceilDiv(lengthNs, BIN_NS);
  }

  void count(long atNs) {
    long bin = Math.floorDiv(atNs, BIN_NS);
    if (bin >= 0 && bin < bins.length()) {
      bins.getAndIncrement((int) bin);
    }
  }

  int[] counts() {
    int[] counts = new int[bins.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = bins.get(i);
    }
    return counts;
  }
}
