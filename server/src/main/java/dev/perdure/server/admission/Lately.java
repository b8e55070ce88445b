package dev.perdure.server.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How many have asked within this second or the one before. Thread-safe, and nearly exact. */
final class Lately {

  static final long PERIOD_NS = 1_000_000_000L;

  private final AtomicLong period = new AtomicLong(Long.MIN_VALUE);
  private final AtomicInteger now = new AtomicInteger();
  private volatile int before;

  /** One who may ask. */
  static final class Mark {
    private volatile long askedIn = -1;
  }

  /** It asks; true for the first time in a period. */
  boolean asks(Mark one, long nowNs) {
    long in = Math.floorDiv(nowNs, PERIOD_NS);
    long was = period.get();
    if (was != in && period.compareAndSet(was, in)) {
      before = was == in - 1 ? now.get() : 0;
      now.set(0);
    }
    if (one.askedIn == in) {
      return false;
    }
    one.askedIn = in; // two at once may both be the first: the count is one too high for a second
    now.getAndIncrement();
    return true;
  }

  /** How many have. */
  int count() {
    return Math.max(1, Math.max(before, now.get()));
  }
}
