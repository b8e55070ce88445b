package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Rate;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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

    private Pace(long intervalNs, long burst) {
      this.intervalNs = intervalNs;
      this.toleranceNs = intervalNs * (burst - 1);
    }

    /**
     * What one tenant has of a rate when others want theirs; null if that is all of it. So it is
     * with a small burst: of it nothing can be kept for others, and to hold one tenant back for
     * another that had bad luck once would leave most of the rate unused.
     */
    public static @Nullable Pace ofTenant(Rate rate) {
      int percent = rate.tenantPercent();
      if (percent == 100 || rate.burst() < Rate.SHARED_BURST_MIN) {
        return null;
      }
      long intervalNs = Math.ceilDiv(new Pace(rate).intervalNs * 100, percent);
      return new Pace(intervalNs, Math.max(1, (long) rate.burst() * percent / 100));
    }

    /** The time between two calls. */
    public long intervalNs() {
      return intervalNs;
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
   * Counts a call that is let in whether this allows it or not. No more is owed for such calls than
   * a burst and one, so that who was free to take more is not held to it for long.
   */
  public void charge(Pace pace, long nowNs) {
    while (true) {
      long due = dueNs.get();
      long owedNs = Math.max(0, due - nowNs) + pace.intervalNs;
      long next = nowNs + Math.min(owedNs, pace.toleranceNs + pace.intervalNs);
      if (dueNs.compareAndSet(due, next)) {
        return;
      }
    }
  }

  /** Has as much been taken as may be? What was owed at a slower pace is cut to this one's most. */
  public boolean isSpent(Pace pace, long nowNs) {
    long due = dueNs.get();
    long mostNs = pace.toleranceNs + pace.intervalNs;
    if (due - nowNs > mostNs && !dueNs.compareAndSet(due, nowNs + mostNs)) {
      due = dueNs.get();
    }
    return due - nowNs > pace.toleranceNs;
  }

  /** Would one more leave less than half of the burst? With a burst of one there is no half. */
  public boolean isHalfTaken(Pace pace, long nowNs) {
    return dueNs.get() - nowNs > Math.max(0, (pace.toleranceNs - pace.intervalNs) / 2);
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
