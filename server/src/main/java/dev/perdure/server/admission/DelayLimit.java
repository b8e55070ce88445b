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
 * <p>What counts is the shard that is quickest: one that is slow by itself, or answers nobody, says
 * nothing of what the others could do, and has a limit of its own.
 *
 * <p>The target is how long commands may take before anybody is refused for it. In a {@link Crowd}
 * {@link #CROWDED} of it holds.
 */
final class DelayLimit {

  private static final long WINDOW_NS = 100_000_000L;
  private static final int SAMPLES = 64;
  private static final int SAMPLES_MIN = 10;

  /** Fewer of a shard say nothing. */
  private static final int SHARD_SAMPLES_MIN = 3;

  private static final int SHARD_SHIFT = 48;
  private static final long TOOK_MAX = (1L << SHARD_SHIFT) - 1;
  private static final double SHRINK_MAX = 0.8;
  private static final double SMOOTHING = 0.3;
  private static final int START = 4;
  private static final int GROWTH = 8;
  private static final double SLOW_FACTOR = 2;

  /** What was done in the best window counts half as much after seven seconds. */
  private static final double FORGET = 0.99;

  /** What is left of the target in a crowd. */
  private static final double CROWDED = 0.15;

  private final double targetNs;
  private final int min;
  private final int max;
  private final AtomicLongArray samples = new AtomicLongArray(SAMPLES);
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicBoolean turning = new AtomicBoolean();
  private volatile int busiest;
  private volatile long endNs;
  private volatile int limit;
  private volatile long typicalNs;
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final Crowd crowd = new Crowd();
  private volatile boolean crowded;
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

  /** True while those who are let in are to be served at once. */
  boolean crowded() {
    return crowded;
  }

  /**
   * Somebody was refused for this limit, or for his share of it.
   *
   * @param holds whether he is held back for this limit; {@link #told} is due then
   */
  void refused(boolean holds) {
    refused.getAndIncrement();
    if (holds) {
      held.getAndIncrement();
    }
  }

  /** One who was held back has been told. */
  void told() {
    held.getAndDecrement();
  }

  /**
   * A command was answered.
   *
   * @param underWay how many were
   * @param shard where; {@link Ask#NO_SHARD} if that is not known
   */
  void learn(long tookNs, int underWay, long nowNs, int shard) {
    int index = taken.getAndIncrement();
    long sample = (shard + 1L) << SHARD_SHIFT | Math.clamp(tookNs, 1, TOOK_MAX);
    samples.lazySet(index & (SAMPLES - 1), sample);
    if (underWay > busiest) {
      busiest = underWay;
    }
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
    // With a short limit less is done: that says nothing about what could be.
    bestPerNs = Math.max(perNs, crowded ? bestPerNs : bestPerNs * FORGET);
    adjust((double) typical(Math.min(SAMPLES, answered)), answered, nowNs);
    taken.set(0);
    busiest = 0;
    endNs = nowNs + WINDOW_NS;
  }

  /** The median of the quickest shard; of all if no shard has enough. */
  private long typical(int count) {
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = samples.get(i);
    }
    Arrays.sort(sorted);
    long quickest = Long.MAX_VALUE;
    int first = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || sorted[i] >> SHARD_SHIFT != sorted[first] >> SHARD_SHIFT) {
        if (i - first >= SHARD_SAMPLES_MIN && sorted[first] >> SHARD_SHIFT != 0) {
          quickest = Math.min(quickest, sorted[(first + i) / 2] & TOOK_MAX);
        }
        first = i;
      }
    }
    if (quickest != Long.MAX_VALUE) {
      return quickest;
    }
    Arrays.setAll(sorted, i -> sorted[i] & TOOK_MAX);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }

  private void adjust(double took, int answered, long nowNs) {
    typicalNs = (long) took;
    if (busiest <= min && !crowded) {
      aloneNs = aloneNs == 0 ? took : aloneNs + (took - aloneNs) * SMOOTHING;
    }
    double slowNs = SLOW_FACTOR * aloneNs;
    double wholeNs = Math.max(targetNs, slowNs);
    boolean full = took > wholeNs || exact >= max;
    double served = Math.max(min, bestPerNs * wholeNs);
    int away = refused.getAndSet(0);
    boolean before = crowded;
    crowded =
        crowd.presses(new Crowd.Moment(nowNs, answered, away, held.get(), served, exact, full));
    double aimNs = crowded ? targetNs * CROWDED : targetNs;
    double allowed = Math.max(aimNs, slowNs);
    double needed = Math.min(exact, bestPerNs * aimNs);
    if (crowded && !before) {
      set(needed); // those who are in leave by themselves
    } else if (took > allowed) {
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
