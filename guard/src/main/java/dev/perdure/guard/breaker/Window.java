package dev.perdure.guard.breaker;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls and failures of the last while, in ten buckets. Adding is one atomic addition; only the
 * first call in a bucket's time takes the lock.
 */
final class Window {
  private static final int BUCKETS = 10;
  private static final long FAILURE = 1L << 32;
  private static final long CALLS = FAILURE - 1;

  private final long bucketNs;
  private final AtomicLong current = new AtomicLong();

  /** Failures since the last success. */
  private final AtomicInteger row = new AtomicInteger();

  private volatile long endNs;

  /** Complete buckets; guarded by this. */
  private final long[] past = new long[BUCKETS - 1];

  /** Where the oldest is; guarded by this. */
  private int oldest;

  Window(long windowNs, long nowNs) {
    this.bucketNs = Math.max(1, windowNs / BUCKETS);
    this.endNs = nowNs + bucketNs;
  }

  void add(boolean failed, long nowNs) {
    if (nowNs - endNs >= 0) {
      turn(nowNs);
    }
    current.getAndAdd(failed ? FAILURE + 1 : 1);
    if (failed) {
      row.getAndIncrement();
    } else if (row.get() != 0) {
      row.set(0);
    }
  }

  /** Did so many fail without a success between them? Never if none are named. */
  boolean inARow(int failures) {
    return failures > 0 && row.get() >= failures;
  }

  /** Do the failures reach this share of at least so many calls? */
  synchronized boolean failing(int percent, int minCalls, long nowNs) {
    turn(nowNs);
    long sum = current.get();
    for (long bucket : past) {
      sum += bucket;
    }
    long calls = sum & CALLS;
    return calls >= minCalls && (sum >>> 32) * 100 >= calls * percent;
  }

  private synchronized void turn(long nowNs) {
    if (nowNs - endNs < 0) {
      return;
    }
    long steps = 1 + (nowNs - endNs) / bucketNs;
    past[oldest] = current.getAndSet(0);
    oldest = (oldest + 1) % past.length;
    if (steps > past.length) {
      Arrays.fill(past, 0);
    } else {
      for (long i = 1; i < steps; i++) {
        past[oldest] = 0;
        oldest = (oldest + 1) % past.length;
      }
    }
    endNs += steps * bucketNs;
  }
}
