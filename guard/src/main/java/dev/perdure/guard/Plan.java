package dev.perdure.guard;

import dev.perdure.guard.limit.Gcra;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Retry;
import dev.perdure.guard.policy.Stale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy, ready for use. A call takes one at its start and keeps it to its end. */
final class Plan {
  final Policy policy;
  final long totalNs;
  final long attemptNs;
  final boolean detached;
  final boolean hedged;
  final int hedgePercentile;
  final int attempts;
  final int budgetPercent;
  final Gcra.@Nullable Pace pace;

  /** One tenant's part of it when others want theirs; null if that is all. */
  final Gcra.@Nullable Pace tenantPace;

  /**
   * What was taken at this pace. Another pace has another: calls that end under an old plan would
   * make debts at the old pace that the new one may pay off for minutes.
   */
  final Gcra rate;

  final @Nullable Stale stale;
  private final Set<String> retryOn;

  /** In the place of another plan, if there was one. */
  Plan(Policy policy, @Nullable Plan before, long nowNs) {
    this.policy = policy;
    Deadlines deadline = policy.deadline();
    Retry retry = policy.retry();
    this.totalNs = deadline.total().toNanos();
    this.attemptNs = deadline.attempt().toNanos();
    this.detached = deadline.isolation() == Deadlines.Isolation.DETACHED;
    this.hedgePercentile = retry.hedgePercentile();
    this.hedged = hedgePercentile != 0;
    this.attempts = retry.attempts();
    this.budgetPercent = retry.budget().percent();
    Rate limit = policy.rate();
    this.pace = limit == null ? null : new Gcra.Pace(limit);
    this.tenantPace = limit == null ? null : Gcra.Pace.ofTenant(limit);
    if (before == null) {
      this.rate = new Gcra(nowNs);
    } else if (limit == null || pace == null || limit.equals(before.policy.rate())) {
      this.rate = before.rate;
    } else {
      this.rate = before.rate.at(pace, nowNs);
    }
    this.stale = policy.stale();
    this.retryOn = retry.on();
  }

  /** Is this kind of result tried again? */
  boolean retries(Verdict verdict) {
    String kind = verdict.kind();
    return !kind.isEmpty()
        && (retryOn.contains(kind) || (kind.charAt(0) == '5' && retryOn.contains("5xx")));
  }

  /** A time-out says something on the dependency only if it had about the time that it should. */
  boolean wasPatient(long limitNs) {
    return limitNs * 2 >= attemptNs;
  }

  long pauseNs(int attempt, double random) {
    return policy.retry().backoff().pauseNs(attempt, random);
  }
}
