package dev.perdure.client;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One call's deadline, its pauses and what is known of its sendings. Belongs to the call's thread.
 *
 * <p>Pauses double from 20 ms to 1 s, each a random part of that, and are never shorter than a node
 * asked for.
 */
final class Patience {

  private static final long MS = 1_000_000;
  private static final long FIRST_NS = 20 * MS;
  private static final long LONGEST_NS = 1_000 * MS;
  private static final long BUDGET_LOOK_NS = 20 * MS;
  private static final long WAIT_MIN_NS = 1_000 * MS;
  private static final int DOUBLINGS_MAX = 6;

  private final RetryBudget budget;
  private final long timeoutNs;
  private final long deadlineNs;
  private int failures;
  private boolean unknown;

  Patience(Duration timeout, RetryBudget budget) {
    this.budget = budget;
    this.timeoutNs = timeout.toNanos();
    this.deadlineNs = Machine.nowNs() + timeoutNs;
    budget.called();
  }

  long leftNs() {
    return deadlineNs - Machine.nowNs();
  }

  /** How long one node may take: one that hangs must leave time to ask another. */
  long waitNs() {
    return Math.min(leftNs(), Math.max(WAIT_MIN_NS, timeoutNs / 3));
  }

  /** A sending may have been executed. */
  void unknown() {
    unknown = true;
  }

  /** True if any sending may have been executed. */
  boolean isUnknown() {
    return unknown;
  }

  /**
   * Waits for the next sending.
   *
   * @param retryAfterMs what the node asked for; 0 for nothing
   * @param reached the last sending cost a node something
   * @return false if there is no time for another one
   */
  boolean pause(long retryAfterMs, boolean reached) {
    long fullNs = Math.min(LONGEST_NS, FIRST_NS << Math.min(failures++, DOUBLINGS_MAX));
    long pauseNs = (long) (fullNs * (0.5 + Machine.chance() / 2));
    long askedNs = retryAfterMs * MS;
    // Whoever was told the same time does not come back at the same time.
    long wholeNs = askedNs == 0 ? pauseNs : askedNs + pauseNs / 2;
    if (wholeNs >= leftNs()) {
      return false;
    }
    if (!sleep(wholeNs)) {
      return false;
    }
    while (reached && !budget.take(Machine.nowNs())) {
      if (leftNs() <= 0 || !sleep(BUDGET_LOOK_NS)) {
        return false;
      }
    }
    return leftNs() > 0;
  }

  private static boolean sleep(long ns) {
    long untilNs = Machine.nowNs() + ns;
    for (long left = ns; left > 0; left = untilNs - Machine.nowNs()) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(left);
    }
    return true;
  }
}
