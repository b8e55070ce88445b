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
    return tryTake(pace, 1, nowNs);
  }

  /**
   * May a call begin now that counts for several? It may when one may, and is paid for afterwards:
   * a call that counts for more than the burst is not refused for ever.
   */
  public boolean tryTake(Pace pace, int cost, long nowNs) {
    while (true) {
      long due = dueNs.get();
      long start = due - nowNs > 0 ? due : nowNs;
      if (start - nowNs > pace.toleranceNs) {
        return false;
      }
      if (dueNs.compareAndSet(due, start + cost * pace.intervalNs)) {
        return true;
      }
    }
  }

  /**
   * Gives back what {@link #tryTake(Pace, long)} took for a call that was not begun after all. What
   * would have come back by itself since is not given twice.
   */
  public void giveBack(Pace pace, long takenNs, long nowNs) {
    if (nowNs - takenNs < pace.intervalNs) {
      dueNs.getAndAdd(-pace.intervalNs);
    }
  }

  /**
   * One at another pace that owes what this one owes, but no more than a whole burst. What is taken
   * from this one afterwards is not taken from the other.
   */
  public Gcra at(Pace other, long nowNs) {
    return new Gcra(nowNs + Math.min(restNs(nowNs), other.toleranceNs + other.intervalNs));
  }

  /** How long until a call may begin; 0 if one may now. */
  public long waitNs(Pace pace, long nowNs) {
    return Math.max(0, dueNs.get() - nowNs - pace.toleranceNs);
  }

  /** How many calls may begin at once now. */
  public long remaining(Pace pace, long nowNs) {
    long room = pace.toleranceNs - restNs(nowNs);
    return room < 0 ? 0 : room / pace.intervalNs + 1;
  }

  /** How long until the whole burst is there; 0 if it is. */
  public long restNs(long nowNs) {
    return Math.max(0, dueNs.get() - nowNs);
  }
}
