package dev.perdure.guard;

import dev.perdure.guard.breaker.Breaker;
import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.breaker.Result;
import dev.perdure.guard.breaker.Tenant;
import dev.perdure.guard.breaker.Tenants;
import dev.perdure.guard.limit.CallsUnderWay;
import dev.perdure.guard.limit.Gcra;
import dev.perdure.guard.limit.Latency;
import dev.perdure.guard.limit.RetryBudget;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The state towards one dependency, and the way through it: the tenant's breaker, the dependency's,
 * rate, concurrency. Outlives policies.
 */
final class Gate {
  private static final long WANTED_NS = 1_000_000_000L;

  final RetryBudget budget;
  final CallsUnderWay underWay;
  final Latency latency = new Latency();
  final Tenants tenants;
  final Breaker breaker;
  private final Time time;

  /** When a tenant last had to do without some of its share of the rate. */
  private volatile long wantedNs;

  private final UnaryOperator<Breaking> untenanted;

  /** Told of changes of a breaker; the tenant is null for the dependency's. */
  interface Observer {
    void changed(@Nullable String tenant, Generation now);
  }

  Gate(Policy policy, Time time, UnaryOperator<Breaking> untenanted, Observer observer) {
    this.time = time;
    this.untenanted = untenanted;
    long now = time.nowNs();
    this.wantedNs = now - Duration.ofDays(2).toNanos();
    Breaker.Chance chance = time::random;
    this.breaker =
        new Breaker(policy.breaker(), chance, (old, next) -> observer.changed(null, next), now);
    Tenants.Maker maker =
        (rules, name, at) ->
            new Breaker(
                name.isEmpty() ? untenanted.apply(rules) : rules,
                chance,
                (old, next) -> observer.changed(name, next),
                at);
    this.tenants = new Tenants(policy.breaker(), breaker, maker, now);
    this.budget = new RetryBudget(policy.retry().budget(), now);
    this.underWay = new CallsUnderWay(policy.concurrency(), now);
  }

  /** Lets an attempt through, with its permits; or says why not, and then it has none. */
  @Nullable Reason enter(Attempt attempt, Plan plan, @Nullable String name, long now) {
    Tenant tenant = tenants.pin(name, now);
    Generation own = tenant.breaker().enter(now);
    if (own == null) {
      tenant.unpin();
      return tenant == tenants.anonymous() ? Reason.BREAKER : Reason.TENANT_BREAKER;
    }
    Generation shared = null;
    Reason refused = null;
    if (tenants.voting() && !tenants.single()) {
      shared = breaker.enter(now);
      refused = shared == null ? Reason.BREAKER : null;
    }
    if (refused == null) {
      refused = begin(tenant, attempt, plan, now);
    }
    if (refused != null) {
      tenant.breaker().settle(own, Result.UNSENT, now);
      if (shared != null) {
        breaker.settle(shared, Result.UNSENT, now);
      }
      tenant.unpin();
      return refused;
    }
    attempt.tenant = tenant;
    attempt.tenantGeneration = own;
    attempt.generation = shared;
    return null;
  }

  private @Nullable Reason begin(Tenant tenant, Attempt attempt, Plan plan, long now) {
    Gcra.Pace pace = plan.pace;
    if (pace == null) {
      return takeRoom(tenant, attempt);
    }
    Gcra.Pace share = tenant == tenants.anonymous() ? null : plan.tenantPace;
    if (share != null) {
      Reason held = takeShare(tenant, plan, share, now);
      if (held != null) {
        return held;
      }
    } else if (!plan.rate.tryTake(pace, now)) {
      return Reason.RATE;
    }
    Reason refused = takeRoom(tenant, attempt);
    if (refused != null) {
      plan.rate.giveBack(pace, now, time.nowNs());
    } else if (share != null) {
      tenant.rate().charge(share, now);
    }
    return refused;
  }

  /**
   * Half of the burst is kept for tenants that have had less than their share. With many tenants
   * that may not do: one of them that is refused holds the others to their shares for a while.
   */
  private @Nullable Reason takeShare(Tenant tenant, Plan plan, Gcra.Pace share, long now) {
    Gcra.Pace pace = Objects.requireNonNull(plan.pace);
    boolean over = tenant.rate().isSpent(share, now);
    boolean wanted = now - wantedNs < Math.max(WANTED_NS, share.intervalNs());
    if (over && tenants.size() > 1 && (wanted || plan.rate.isHalfTaken(pace, now))) {
      return Reason.TENANT_RATE;
    }
    if (plan.rate.tryTake(pace, now)) {
      return null;
    }
    if (!over) {
      wantedNs = now;
    }
    return Reason.RATE;
  }

  private @Nullable Reason takeRoom(Tenant tenant, Attempt attempt) {
    if (!underWay.tryBegin(attempt.priority())) {
      return Reason.CONCURRENCY;
    }
    if (tenant == tenants.anonymous()) {
      return null;
    }
    // What matters less takes nothing of the share from what matters most.
    boolean critical = attempt.priority() == Priority.CRITICAL;
    if (underWay.overShare(critical ? tenant.beginCritical() : tenant.underWay())) {
      endRoom(tenant, attempt);
      return Reason.TENANT_SHARE;
    }
    return null;
  }

  private void endRoom(Tenant tenant, Attempt attempt) {
    underWay.end(attempt.priority());
    if (attempt.priority() == Priority.CRITICAL && tenant != tenants.anonymous()) {
      tenant.endCritical();
    }
  }

  /** Counts what became of an attempt; false if it came too late to count. */
  boolean settle(Attempt attempt, Result result, long now) {
    Tenant tenant = Objects.requireNonNull(attempt.tenant);
    Generation own = Objects.requireNonNull(attempt.tenantGeneration);
    boolean counted = tenant.breaker().settle(own, result, now);
    Generation shared = attempt.generation;
    if (shared != null) {
      counted &=
          own.state() == Generation.State.CLOSED
              ? tenants.settle(tenant, shared, result, now)
              : tenants.looked(shared, result, now);
    }
    return counted;
  }

  /** Gives back the room that an attempt took. */
  void release(Attempt attempt) {
    Tenant tenant = Objects.requireNonNull(attempt.tenant);
    endRoom(tenant, attempt);
    tenant.unpin();
  }

  void reload(Policy next, long now) {
    tenants.reload(next.breaker(), untenanted.apply(next.breaker()), now);
    underWay.reload(next.concurrency());
    budget.reload(next.retry().budget());
  }
}
