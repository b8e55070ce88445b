package dev.perdure.example.loans.replay;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again for something that comes by itself, less and less often. */
final class Waiting {

  private static final long MS = 1_000_000;
  private static final long FIRST_NS = 2 * MS;
  private static final long LONGEST_NS = 250 * MS;

  private final long allNs;
  private long waitedNs;
  private long nextNs = FIRST_NS;

  Waiting(Duration longest) {
    this.allNs = longest.toNanos();
  }

  /** Waits a little; false if that has been long enough. */
  boolean again() {
    if (waitedNs >= allNs || Thread.currentThread().isInterrupted()) {
      return false;
    }
    LockSupport.parkNanos(nextNs);
    waitedNs += nextNs;
    nextNs = Math.min(LONGEST_NS, nextNs * 2);
    return true;
  }
}
