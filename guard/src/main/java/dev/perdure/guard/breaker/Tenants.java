package dev.perdure.guard.breaker;

import dev.perdure.guard.policy.Breaking;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of one dependency, at most so many at a time. A new one takes the place of one that
 * was not used lately, is closed and has no call under way. When none can go, the new one shares
 * one breaker with all others that found no place: what is full gets coarser, it never opens the
 * door.
 */
public final class Tenants {
  private static final int LOOKED_AT = 64;

  /** Makes the breaker of a tenant. */
  public interface Maker {
    /** A closed breaker for this tenant. */
    Breaker make(Breaking rules, String tenant, long nowNs);
  }

  private final ConcurrentHashMap<String, Tenant> byName = new ConcurrentHashMap<>();
  private final Maker maker;
  private final Tenant anonymous;
  private final Tenant overflow;
  private final Breaker dependency;
  private final Vote vote;

  /** In the order of the clock's hand; guarded by this. */
  private final List<Tenant> clock = new ArrayList<>();

  private int hand;
  private Breaking rules;
  private volatile int max;
  private volatile boolean voting;
  private volatile boolean single;
  private volatile int voters;

  /** No tenants yet; {@code dependency} is the breaker that opens by vote, or of all. */
  public Tenants(Breaking rules, Breaker dependency, Maker maker, long nowNs) {
    this.maker = maker;
    this.rules = rules;
    this.dependency = dependency;
    this.anonymous = new Tenant("", maker.make(rules, "", nowNs), nowNs);
    this.overflow = new Tenant("*", maker.make(rules, "*", nowNs), nowNs);
    Breaking.Tenants own = Objects.requireNonNullElse(rules.tenants(), Breaking.Tenants.defaults());
    this.vote = new Vote(own, nowNs);
    this.max = own.max();
    this.voters = own.voteTenants();
    this.single = rules.tenants() == null;
  }

  /** Is there one breaker for all tenants? */
  public boolean single() {
    return single;
  }

  /** Do enough tenants call that a vote could open the dependency's breaker? */
  public boolean voting() {
    return voting;
  }

  /** The state of a tenant, pinned. */
  public Tenant pin(@Nullable String name, long nowNs) {
    if (name == null || single) {
      anonymous.pin();
      return anonymous;
    }
    while (true) {
      Tenant tenant = byName.get(name);
      if (tenant == null) {
        tenant = add(name, nowNs);
      }
      if (tenant.pin()) {
        return tenant;
      }
    }
  }

  /** Counts a result in the vote, and opens the dependency's breaker if that carries it. */
  public boolean settle(Tenant tenant, Generation entered, Result result, long nowNs) {
    if (entered.state() != Generation.State.CLOSED) {
      return dependency.settle(entered, result, nowNs);
    }
    if (result == Result.GOOD || result == Result.BAD) {
      vote.count(tenant.cell(), result == Result.BAD, nowNs);
    }
    if (result != Result.BAD) {
      return dependency.settle(entered, result, nowNs);
    }
    // The vote decides whether the failures that are counted may open it.
    return dependency.settle(entered, result, nowNs, () -> vote.carried(nowNs));
  }

  /**
   * Takes the result of a call that was a look of a tenant whose own breaker is not closed. That it
   * fails is known already: it is no vote and no failure of the dependency's window, or a few
   * tenants that are looked after all the time would outvote those who call seldom. But when it
   * fails is the time to ask whether what all others saw is enough.
   */
  public boolean looked(Generation entered, Result result, long nowNs) {
    if (entered.state() != Generation.State.CLOSED) {
      return dependency.settle(entered, result, nowNs);
    }
    return result == Result.BAD
        ? dependency.reconsider(entered, nowNs, () -> vote.carried(nowNs))
        : dependency.settle(entered, Result.UNKNOWN, nowNs);
  }

  private synchronized Tenant add(String name, long nowNs) {
    Tenant there = byName.get(name);
    if (there != null) {
      return there;
    }
    if (clock.size() < max) {
      Tenant added = new Tenant(name, maker.make(rules, name, nowNs), nowNs);
      clock.add(added);
      byName.put(name, added);
      voting = clock.size() >= voters;
      return added;
    }
    // Twice around at most: the first look only takes the mark of use away.
    for (int looked = 0; looked < Math.min(LOOKED_AT, 2 * clock.size()); looked++) {
      hand = (hand + 1) % clock.size();
      Tenant old = clock.get(hand);
      if (old.evict(nowNs)) {
        byName.remove(old.name());
        Tenant added = new Tenant(name, maker.make(rules, name, nowNs), nowNs);
        clock.set(hand, added);
        byName.put(name, added);
        return added;
      }
    }
    return overflow;
  }

  /** How many tenants have state of their own. */
  public int size() {
    return byName.size();
  }

  /** The state of a tenant that has some. */
  public @Nullable Tenant find(String name) {
    return byName.get(name);
  }

  /** The calls without a tenant, or of all when there is one breaker. */
  public Tenant anonymous() {
    return anonymous;
  }

  /**
   * New rules, and those of calls without a tenant. Fewer places take effect as tenants go; nothing
   * is forgotten for it.
   */
  public synchronized void reload(Breaking next, Breaking anonymous, long nowNs) {
    rules = next;
    single = rules.tenants() == null;
    if (rules.tenants() != null) {
      max = rules.tenants().max();
      voters = rules.tenants().voteTenants();
      voting = clock.size() >= voters;
      vote.reload(rules.tenants());
    }
    this.anonymous.breaker().reload(anonymous, nowNs);
    overflow.breaker().reload(rules, nowNs);
    dependency.reload(rules, nowNs);
    for (Tenant tenant : clock) {
      tenant.breaker().reload(rules, nowNs);
    }
  }
}
