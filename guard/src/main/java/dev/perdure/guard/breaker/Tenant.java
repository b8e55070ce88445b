package dev.perdure.guard.breaker;

import dev.perdure.guard.limit.Gcra;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One tenant towards one dependency. While a call is under way the tenant is pinned; one that is
 * not may be evicted, and then it cannot be pinned again.
 */
public final class Tenant {
  private static final int EVICTED = -1;

  private final String name;
  private final Breaker breaker;
  private final Gcra rate;
  private final Vote.Cell cell = new Vote.Cell();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger critical = new AtomicInteger();
  private volatile boolean touched = true;

  Tenant(String name, Breaker breaker, long nowNs) {
    this.name = name;
    this.breaker = breaker;
    this.rate = new Gcra(nowNs);
  }

  /** Its key; empty for calls without one. */
  public String name() {
    return name;
  }

  /** Its own breaker. */
  public Breaker breaker() {
    return breaker;
  }

  /** What it has taken of the dependency's rate. */
  public Gcra rate() {
    return rate;
  }

  /** Calls that are pinned. */
  public int underWay() {
    return underWay.get();
  }

  /** A critical call of it begins, that is pinned already; how many do, this one among them. */
  public int beginCritical() {
    return critical.incrementAndGet();
  }

  /** A critical call of it has ended. */
  public void endCritical() {
    critical.getAndDecrement();
  }

  /** Begins a call; false when this object has been evicted and another must be looked up. */
  boolean pin() {
    while (true) {
      int now = underWay.get();
      if (now == EVICTED) {
        return false;
      }
      if (underWay.compareAndSet(now, now + 1)) {
        if (!touched) {
          touched = true;
        }
        return true;
      }
    }
  }

  /** Ends a call. */
  public void unpin() {
    underWay.getAndDecrement();
  }

  Vote.Cell cell() {
    return cell;
  }

  boolean evict(long nowNs) {
    if (touched) {
      touched = false;
      return false;
    }
    return breaker.forgettable(nowNs) && underWay.compareAndSet(0, EVICTED);
  }
}
