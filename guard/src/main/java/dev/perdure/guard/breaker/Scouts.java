package dev.perdure.guard.breaker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls that an open breaker lets pass all the same, to see whether the dependency is back: one
 * in each interval, and no more than one of ten that come. So many small clients, each with a guard
 * of its own, together send a dead dependency no more than a tenth of their load.
 */
final class Scouts {
  private static final int OF = 10;

  private final AtomicLong dueNs;
  private final AtomicLong refused = new AtomicLong();

  Scouts(long dueNs) {
    this.dueNs = new AtomicLong(dueNs);
  }

  /** May this call pass? The next may {@code intervalNs} later. */
  boolean tryTake(long nowNs, long intervalNs) {
    if (refused.incrementAndGet() < OF) {
      return false;
    }
    long due = dueNs.get();
    if (nowNs - due < 0 || !dueNs.compareAndSet(due, nowNs + intervalNs)) {
      return false;
    }
    refused.set(0);
    return true;
  }

  /** It was not sent after all: the first that comes from then on may go. */
  void giveBack(long againNs) {
    refused.set(OF - 1);
    dueNs.set(againNs);
  }
}
