package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Priority;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A limit that follows how long calls take, after Gradient2 of Netflix concurrency-limits: when
 * they take longer than they used to, calls queue at the dependency, and the limit shrinks in
 * proportion; when they do not, it grows by a few. Different here:
 *
 * <ul>
 *   <li>a window is judged by its lower quartile, so that one tenant's slow calls do not shrink the
 *       limit of all;
 *   <li>what is usual falls at once and rises slowly, more slowly still while calls are slow: a
 *       first minute of overload is not taken for the normal state.
 * </ul>
 */
final class Gradient {
  private static final long WINDOW_NS = 100_000_000L;
  private static final int SAMPLES = 64;
  private static final int SAMPLES_MIN = 10;
  private static final double TOLERANCE = 1.5;
  private static final double SMOOTHING = 0.5;
  private static final int GROWTH = 4;
  private static final double RISE = 0.01;
  private static final double RISE_SLOW = 0.001;

  /** The limit for each priority, worked out when it changes. */
  private record Rooms(int critical, int high, int normal, int sheddable) {
    static Rooms of(Concurrency rules, int limit) {
      Concurrency.Shares shed = rules.shed();
      return new Rooms(
          limit,
          shed.room(Priority.HIGH, limit),
          shed.room(Priority.NORMAL, limit),
          shed.room(Priority.SHEDDABLE, limit));
    }

    int of(Priority priority) {
      return switch (priority) {
        case CRITICAL -> critical;
        case HIGH -> high;
        case NORMAL -> normal;
        case SHEDDABLE -> sheddable;
      };
    }
  }

  private final AtomicLongArray samples = new AtomicLongArray(SAMPLES);
  private final AtomicBoolean updating = new AtomicBoolean();

  /** Without atomic additions: a sample lost now and then is no loss. */
  private volatile int taken;

  private volatile int busiest;
  private volatile long endNs;
  private volatile int limit;

  private volatile Rooms rooms;

  private volatile Concurrency rules;
  private double exact;
  private double usualNs;

  Gradient(Concurrency rules, long nowNs) {
    this.rules = rules;
    this.exact = (rules.min() + rules.max()) / 2.0;
    this.limit = (int) exact;
    this.rooms = Rooms.of(rules, limit);
    this.endNs = nowNs + WINDOW_NS;
  }

  int limit() {
    return limit;
  }

  /** How many may be under way at most when a call of this priority is let in. */
  int room(Priority priority) {
    return rooms.of(priority);
  }

  void reload(Concurrency next) {
    while (!updating.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    try {
      rules = next;
      set(exact);
    } finally {
      updating.set(false);
    }
  }

  void sample(long tookNs, int underWay, long nowNs) {
    int index = taken;
    samples.lazySet(index & (SAMPLES - 1), tookNs);
    TAKEN.setRelease(this, index + 1);
    if (underWay > busiest) {
      busiest = underWay;
    }
    if (nowNs - endNs >= 0 && index + 1 >= SAMPLES_MIN && updating.compareAndSet(false, true)) {
      try {
        turn(nowNs);
      } finally {
        updating.set(false);
      }
    }
  }

  private void turn(long nowNs) {
    if (nowNs - endNs < 0) {
      return;
    }
    int count = Math.min(SAMPLES, taken);
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = samples.get(i);
    }
    Arrays.sort(sorted);
    learn((double) Math.max(1, sorted[count / 4]));
    taken = 0;
    busiest = 0;
    endNs = nowNs + WINDOW_NS;
  }

  private void learn(double tookNs) {
    if (usualNs == 0 || tookNs < usualNs) {
      usualNs = tookNs;
    } else {
      usualNs += (tookNs - usualNs) * (tookNs <= usualNs * TOLERANCE ? RISE : RISE_SLOW);
    }
    double gradient = Math.max(0.5, Math.min(1, TOLERANCE * usualNs / tookNs));
    // A limit that is not used says nothing about whether a greater one would do.
    if (gradient < 1 || busiest * 2 >= limit) {
      double next = exact * gradient + GROWTH;
      set(exact * (1 - SMOOTHING) + next * SMOOTHING);
    }
  }

  private void set(double next) {
    exact = Math.max(rules.min(), Math.min(rules.max(), next));
    limit = (int) exact;
    rooms = Rooms.of(rules, limit);
  }

  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(Gradient.class, "taken", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
