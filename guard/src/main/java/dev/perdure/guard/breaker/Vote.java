package dev.perdure.guard.breaker;

import dev.perdure.guard.policy.Breaking;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether many tenants or one see a dependency fail. Time is cut into windows; in each, a tenant
 * counts once, as failing while at least half of its calls in that window fail. The vote is for
 * opening when enough tenants, and at least half of those that called, are failing, in this window
 * or the one before.
 */
final class Vote {
  private static final int FAILED_SHIFT = 16;
  private static final int WINDOW_SHIFT = 32;
  private static final long COUNT_MAX = 0xffff;

  /** What was seen in one window. */
  private static final class Ballot {
    final int number;
    final long endNs;
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger failing = new AtomicInteger();

    Ballot(int number, long endNs) {
      this.number = number;
      this.endNs = endNs;
    }

    boolean carried(int tenants) {
      int failed = failing.get();
      return failed >= tenants && 2 * failed >= active.get();
    }
  }

  /** One tenant's part: window, failed and good calls in one word. */
  static final class Cell {
    private final AtomicLong packed = new AtomicLong();
  }

  private volatile Ballot ballot;
  private volatile Ballot before;
  private volatile Breaking.Tenants rules;

  Vote(Breaking.Tenants rules, long nowNs) {
    this.rules = rules;
    this.ballot = new Ballot(1, nowNs + rules.voteWindow().toNanos());
    this.before = ballot;
  }

  void reload(Breaking.Tenants next) {
    rules = next;
  }

  void count(Cell cell, boolean failed, long nowNs) {
    Ballot now = ballot(nowNs);
    while (true) {
      long old = cell.packed.get();
      boolean first = (int) (old >>> WINDOW_SHIFT) != now.number;
      long start = first ? (long) now.number << WINDOW_SHIFT : old;
      long next = counted(start, failed);
      if (next == old) {
        return;
      }
      if (cell.packed.compareAndSet(old, next)) {
        if (first) {
          now.active.getAndIncrement();
        }
        int change = (failing(next) ? 1 : 0) - (failing(start) ? 1 : 0);
        if (change != 0) {
          now.failing.getAndAdd(change);
        }
        return;
      }
    }
  }

  private static long counted(long packed, boolean failed) {
    long count = failed ? (packed >>> FAILED_SHIFT) & COUNT_MAX : packed & COUNT_MAX;
    return count == COUNT_MAX ? packed : packed + (failed ? 1L << FAILED_SHIFT : 1);
  }

  private static boolean failing(long packed) {
    long failed = (packed >>> FAILED_SHIFT) & COUNT_MAX;
    return failed > 0 && failed >= (packed & COUNT_MAX);
  }

  boolean carried(long nowNs) {
    Ballot now = ballot(nowNs);
    return now.carried(rules.voteTenants()) || before.carried(rules.voteTenants());
  }

  private Ballot ballot(long nowNs) {
    Ballot now = ballot;
    return nowNs - now.endNs < 0 ? now : turn(nowNs);
  }

  private synchronized Ballot turn(long nowNs) {
    Ballot now = ballot;
    long late = nowNs - now.endNs;
    if (late < 0) {
      return now;
    }
    long windowNs = rules.voteWindow().toNanos();
    long skipped = late / windowNs;
    Ballot next = new Ballot(now.number + 1, now.endNs + (skipped + 1) * windowNs);
    // After a pause there is no window just before this one.
    before = skipped == 0 ? now : next;
    ballot = next;
    return next;
  }
}
