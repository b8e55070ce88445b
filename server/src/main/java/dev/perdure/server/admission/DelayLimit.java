package dev.perdure.server.admission;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many brief requests may be under way. Follows how long commands take: when half of those of a
 * window took longer than the target, the limit shrinks in proportion; when they did not and the
 * limit was in use, it grows by an eighth.
 *
 * <p>Not the gradient of the guard: that compares with the time of a call alone, and here commands
 * share a force of the journal, so that many at once take longer each and yet get more done.
 * Commands that are slow by themselves raise the target to twice what they take while no more than
 * the least limit are under way.
 *
 * <p>The target is how long commands may take before anybody is refused for it. When far more ask
 * than could be served within it, many are refused whatever the limit is, and those who are let in
 * need not wait as well: then {@link #CROWDED} of it holds.
 */
final class DelayLimit {

  private static final long WINDOW_NS = 100_000_000L;
  private static final int SAMPLES = 64;
  private static final int SAMPLES_MIN = 10;
  private static final double SHRINK_MAX = 0.8;
  private static final double SMOOTHING = 0.3;
  private static final int START = 4;
  private static final int GROWTH = 8;
  private static final double SLOW_FACTOR = 2;

  /** What was done in the best window counts half as much after seven seconds. */
  private static final double FORGET = 0.99;

  /** So many times what could be served within the target is a crowd; once it is one, as many. */
  private static final double CROWD = 1.5;

  /** What is left of the target in a crowd. */
  private static final double CROWDED = 0.15;

  private final double targetNs;
  private final int min;
  private final int max;
  private final AtomicLongArray samples = new AtomicLongArray(SAMPLES);
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicBoolean turning = new AtomicBoolean();
  private volatile int busiest;
  private volatile int asking;
  private volatile long endNs;
  private volatile int limit;
  private volatile long typicalNs;
  private boolean crowded;
  private double exact;
  private double aloneNs;
  private double bestPerNs;

  DelayLimit(long targetNs, int min, int max, long nowNs) {
    this.targetNs = (double) targetNs;
    this.min = min;
    this.max = max;
    this.exact = Math.min(max, START * (double) min);
    this.limit = (int) exact;
    this.endNs = nowNs + WINDOW_NS;
  }

  int limit() {
    return limit;
  }

  /** The greatest that it may be. */
  int most() {
    return max;
  }

  /** What half of the commands of the last window did not exceed. */
  long typicalNs() {
    return typicalNs;
  }

  /**
   * A command was answered.
   *
   * @param underWay how many were
   * @param held who were refused and have not been told yet
   */
  void learn(long tookNs, int underWay, int held, long nowNs) {
    int index = taken.getAndIncrement();
    samples.lazySet(index & (SAMPLES - 1), tookNs);
    if (underWay > busiest) {
      busiest = underWay;
    }
    asking = underWay + held;
    if (nowNs - endNs >= 0 && index + 1 >= SAMPLES_MIN && turning.compareAndSet(false, true)) {
      try {
        turn(nowNs);
      } finally {
        turning.set(false);
      }
    }
  }

  private void turn(long nowNs) {
    if (nowNs - endNs < 0) {
      return;
    }
    int answered = taken.get();
    double perNs = answered / (double) (nowNs - endNs + WINDOW_NS);
    bestPerNs = Math.max(perNs, bestPerNs * FORGET);
    int count = Math.min(SAMPLES, answered);
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = samples.get(i);
    }
    Arrays.sort(sorted);
    adjust((double) Math.max(1, sorted[count / 2]));
    taken.set(0);
    busiest = 0;
    endNs = nowNs + WINDOW_NS;
  }

  private void adjust(double took) {
    typicalNs = (long) took;
    if (busiest <= min) {
      aloneNs = aloneNs == 0 ? took : aloneNs + (took - aloneNs) * SMOOTHING;
    }
    double most = Math.max(min, bestPerNs * Math.max(targetNs, SLOW_FACTOR * aloneNs));
    crowded = asking > (crowded ? most : most * CROWD);
    double aimNs = crowded ? targetNs * CROWDED : targetNs;
    double allowed = Math.max(aimNs, SLOW_FACTOR * aloneNs);
    if (took > allowed) {
      double needed = Math.min(exact, bestPerNs * aimNs);
      set(Math.max(needed, exact * Math.max(SHRINK_MAX, allowed / took)));
    } else if (busiest * 2L >= limit) {
      // A limit that is not used says nothing about whether a greater one would do.
      set(exact + Math.max(1, exact / GROWTH));
    }
  }

  private void set(double next) {
    exact = Math.clamp(next, min, max);
    limit = (int) exact;
  }
}
