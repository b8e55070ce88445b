package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Retry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many retries the calls pay for: each adds a share of one. Nothing is there at the start and
 * nothing comes by itself with time, because many small clients with a little each are a storm.
 * Saved up are at most the retries of one second's calls, or the burst of the policy.
 *
 * <p>A call that succeeds costs one addition; everything else is worked out when a retry is asked
 * for.
 */
public final class RetryBudget {
  private static final long SECOND_NS = 1_000_000_000L;

  private final AtomicLong calls = new AtomicLong();
  private volatile int burst;
  private double tokens;
  private long callsSeen;
  private long sinceNs;
  private long callsThen;
  private double callsPerSecond;

  /** Empty. */
  public RetryBudget(Retry.Budget rules, long nowNs) {
    this.sinceNs = nowNs;
    this.burst = rules.burst();
  }

  /** New rules; what was saved up stays, if it is not too much for them. */
  public void reload(Retry.Budget next) {
    burst = next.burst();
  }

  /** A call was sent for the first time. */
  public void add() {
    calls.getAndIncrement();
  }

  /** Calls that were sent for the first time. */
  public long calls() {
    return calls.get();
  }

  /** Takes one retry, if the calls have paid for it. */
  public synchronized boolean tryTake(int percent, long nowNs) {
    long now = calls.get();
    long elapsedNs = nowNs - sinceNs;
    if (elapsedNs >= SECOND_NS) {
      callsPerSecond = (now - callsThen) * (double) SECOND_NS / elapsedNs;
      callsThen = now;
      sinceNs = nowNs;
    }
    double share = percent / 100.0;
    double most = Math.max(burst, share * Math.max(callsPerSecond, (double) (now - callsThen)));
    tokens = Math.min(most, tokens + share * (now - callsSeen));
    callsSeen = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
