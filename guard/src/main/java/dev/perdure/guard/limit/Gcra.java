package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Rate;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The generic cell rate algorithm (ITU-T I.371): one number, the time at which the next call would
 * be due if all came evenly. In any stretch of time no more begin than the burst and what the rate
 * gives in it; there is no window at whose edge twice as many pass.
 */
public final class Gcra {
  private final AtomicLong dueNs;

  /** Rested: the whole burst is there. */
  public Gcra(long nowNs) {
    this.dueNs = new AtomicLong(nowNs);
  }

  /** A rate, worked out once. */
  public static final class Pace {
    private final long intervalNs;
    private final long toleranceNs;

    /** Never faster than the rate: the time between two calls is rounded up. */
    public Pace(Rate rate) {
      this.intervalNs = Math.ceilDiv(rate.period().toNanos(), rate.calls());
      this.toleranceNs = intervalNs * (rate.burst() - 1);
    }
  }

  /** May a call begin now? */
  public boolean tryTake(Pace pace, long nowNs) {
    while (true) {
      long due = dueNs.get();
      long start = due - nowNs > 0 ? due : nowNs;
      if (start - nowNs > pace.toleranceNs) {
        return false;
      }
      if (dueNs.compareAndSet(due, start + pace.intervalNs)) {
        return true;
      }
    }
  }
}
