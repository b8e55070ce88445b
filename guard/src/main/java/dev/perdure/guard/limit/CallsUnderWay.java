package dev.perdure.guard.limit;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Priority;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls under way towards one dependency, and how many there may be. Nobody waits.
 *
 * <p>Critical calls have a place in the limit that nothing less important can take: they are
 * counted by themselves too. When a limit comes down, more is under way for a moment than it
 * allows; that is what others began, and no reason to refuse what matters most, while all together
 * are not more than the policy's greatest limit.
 */
public final class CallsUnderWay {
  private final AtomicInteger underWay = new AtomicInteger();

  /** The critical ones among them. */
  private final AtomicInteger critical = new AtomicInteger();

  private final Gradient gradient;
  private volatile Concurrency rules;

  /** None under way. */
  public CallsUnderWay(Concurrency rules, long nowNs) {
    this.rules = rules;
    this.gradient = new Gradient(rules, nowNs);
  }

  /** Begins a call, if there is room for one of its priority. */
  public boolean tryBegin(Priority priority) {
    return priority == Priority.CRITICAL
        ? tryBeginCritical()
        : tryAdd(underWay, gradient.room(priority));
  }

  private boolean tryBeginCritical() {
    if (!tryAdd(critical, gradient.limit())) {
      return false;
    }
    if (tryAdd(underWay, rules.max())) {
      return true;
    }
    critical.getAndDecrement();
    return false;
  }

  private static boolean tryAdd(AtomicInteger count, int room) {
    while (true) {
      int now = count.get();
      if (now >= room) {
        return false;
      }
      if (count.compareAndSet(now, now + 1)) {
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

  /** Ends a call that was begun with this priority. */
  public void end(Priority priority) {
    underWay.getAndDecrement();
    if (priority == Priority.CRITICAL) {
      critical.getAndDecrement();
    }
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
