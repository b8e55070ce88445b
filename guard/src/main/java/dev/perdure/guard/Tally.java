package dev.perdure.guard;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.limit.RetryBudget;
import dev.perdure.guard.policy.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts, and tells the listener. A call that succeeds costs nothing here. */
final class Tally {
  private final String dependency;
  private final GuardListener listener;
  private final boolean hearsAll;
  private final LongAdder repeats = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder overran = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder fallbacks = new LongAdder();
  private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);

  Tally(String dependency, GuardListener listener) {
    this.dependency = dependency;
    this.listener = listener;
    this.hearsAll = listener.hearsEveryAttempt();
    for (Reason reason : Reason.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  void refused(Reason reason, @Nullable String tenant) {
    Objects.requireNonNull(refused.get(reason)).increment();
    tell(() -> listener.refused(dependency, reason, tenant));
  }

  void ended(Attempt attempt, @Nullable Verdict verdict, long tookNs) {
    if (hearsAll) {
      tell(() -> listener.ended(attempt, verdict, Duration.ofNanos(tookNs)));
    }
  }

  void failed(boolean inTime) {
    failed.increment();
    if (!inTime) {
      timedOut.increment();
    }
  }

  void repeated(int attempt) {
    repeats.increment();
    tell(() -> listener.repeated(dependency, attempt));
  }

  void breaker(@Nullable String tenant, Generation now) {
    tell(() -> listener.breaker(dependency, tenant, now));
  }

  void late() {
    late.increment();
    tell(() -> listener.late(dependency));
  }

  void overran(Thread thread) {
    overran.increment();
    tell(() -> listener.overran(dependency, thread));
  }

  void stale() {
    stale.increment();
  }

  void fellBack(Exception cause) {
    fallbacks.increment();
    tell(() -> listener.fellBack(dependency, cause));
  }

  private void tell(Runnable word) {
    if (GuardListener.NONE.equals(listener)) {
      return;
    }
    try {
      word.run();
    } catch (RuntimeException e) {
      // A listener's trouble is not the call's; it was asked not to throw.
    }
  }

  Counts counts(RetryBudget budget) {
    Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    refused.forEach((reason, count) -> reasons.put(reason, count.sum()));
    return new Counts(
        budget.calls(),
        repeats.sum(),
        failed.sum(),
        timedOut.sum(),
        late.sum(),
        overran.sum(),
        stale.sum(),
        fallbacks.sum(),
        Map.copyOf(reasons));
  }
}
