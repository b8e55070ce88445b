package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Priority;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls under way towards one dependency, and how many there may be. Nobody waits. */
public final class CallsUnderWay {
  private final AtomicInteger underWay = new AtomicInteger();
  private final Gradient gradient;
  private volatile Concurrency rules;

  /** None under way. */
  public CallsUnderWay(Concurrency rules, long nowNs) {
    this.rules = rules;
    this.gradient = new Gradient(rules, nowNs);
  }

  /** Begins a call, if there is room for one of its priority. */
  public boolean tryBegin(Priority priority) {
    int room = gradient.room(priority);
    while (true) {
      int now = underWay.get();
      if (now >= room) {
        return false;
      }
      if (underWay.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Has a tenant with so many calls under way, this one counted, more than its share? */
  public boolean overShare(int tenantUnderWay) {
    int limit = gradient.limit();
    return underWay.get() * 2 > limit
        && tenantUnderWay * 100 > Math.max(100, limit * rules.tenantPercent());
  }

  /** Ends a call. */
  public void end() {
    underWay.getAndDecrement();
  }

  /** Learns from how long a call took that got an answer, or none in time. */
  public void learn(long tookNs, long nowNs) {
    if (!rules.isFixed()) {
      gradient.sample(tookNs, underWay.get(), nowNs);
    }
  }

  /** New rules; calls under way go on. */
  public void reload(Concurrency next) {
    rules = next;
    gradient.reload(next);
  }

  /** The limit now. */
  public int limit() {
    return gradient.limit();
  }

  /** Calls under way now. */
  public int underWay() {
    return underWay.get();
  }
}
