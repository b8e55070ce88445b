package dev.perdure.server.admission;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The tenants that are known now, at most so many. When there is no room for another one, those are
 * forgotten that have nothing under way and nothing to make up for; if that is nobody, all further
 * ones share one place and one quota.
 */
final class Tenants {

  private static final long PERIOD_NS = Lately.PERIOD_NS;

  /** For so many periods one that has asked keeps another from being the only one. */
  private static final int ALONE_PERIODS = 60;

  /** Its name no tenant can have. */
  static final String OTHERS = "(others)";

  private final int max;
  private final Quota otherwise;
  private final Map<String, Quota> own;
  private final Map<String, Tenant> known = new ConcurrentHashMap<>();
  private final Tenant others;
  private final AtomicLong sweptNs;
  private final Lately lately = new Lately();
  private volatile @Nullable Tenant latest;
  private volatile long companyIn;

  Tenants(int max, Quota otherwise, Map<String, Quota> own, long nowNs) {
    this.max = max;
    this.otherwise = otherwise;
    this.own = Map.copyOf(own);
    this.others = new Tenant(OTHERS, otherwise, nowNs);
    this.sweptNs = new AtomicLong(nowNs - PERIOD_NS);
    this.companyIn = Math.floorDiv(nowNs, PERIOD_NS) - ALONE_PERIODS;
  }

  /** The tenant of a name, with a place taken in it. */
  Tenant hold(String name, long nowNs) {
    while (true) {
      Tenant tenant = known.get(name);
      if (tenant == null) {
        tenant = make(name, nowNs);
      }
      if (tenant.hold()) {
        return tenant;
      }
      known.remove(name, tenant);
    }
  }

  private Tenant make(String name, long nowNs) {
    Quota quota = own.get(name);
    // Those with a quota of their own are few, and never share that of others.
    if (quota == null && known.size() >= max) {
      sweep(nowNs);
      if (known.size() >= max) {
        return others;
      }
    }
    Quota given = quota == null ? otherwise : quota;
    return known.computeIfAbsent(name, any -> new Tenant(name, given, nowNs));
  }

  /** Looking through all of them is for once a second, or a flood of names would pay off. */
  private void sweep(long nowNs) {
    long last = sweptNs.get();
    if (nowNs - last < PERIOD_NS || !sweptNs.compareAndSet(last, nowNs)) {
      return;
    }
    known.values().removeIf(tenant -> tenant.forget(nowNs));
  }

  /** How many have asked lately, this one among them. */
  int asking(Tenant tenant, long nowNs) {
    if (lately.asks(tenant.mark(), nowNs)) {
      Tenant before = latest;
      if (before != tenant) {
        latest = tenant;
        if (before != null) {
          companyIn = Math.floorDiv(nowNs, PERIOD_NS);
        }
      }
    }
    return lately.count();
  }

  /** True if only one has asked within the last minute. */
  boolean alone(long nowNs) {
    return Math.floorDiv(nowNs, PERIOD_NS) - companyIn >= ALONE_PERIODS;
  }

  int size() {
    return known.size();
  }
}
