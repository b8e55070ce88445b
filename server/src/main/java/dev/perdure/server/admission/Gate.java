package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in, or says why not. In this order: the tenant's quota, the node's limit at the
 * share of the request's priority, the tenant's share of the limit. What is refused was neither
 * read nor executed. Thread-safe.
 */
public final class Gate {

  private static final int TENANT_SHARE_PERCENT = 25;
  private static final long RETRY_MS = 1_000;
  private static final long RETRY_MS_MAX = 30_000;

  /** One request of so many is looked at for what is hot: it must cost nothing. */
  private static final int LOOKED_AT = 8;

  private final Clock clock;
  private final boolean enabled;
  private final Tenants tenants;
  private final DelayLimit limit;
  private final UnderWay underWay = new UnderWay();
  private final AtomicInteger asked = new AtomicInteger();

  /** By class and by reason, at its ordinal. */
  private final LongAdder[] admitted = counters(Priority.values().length);

  private final AtomicLongArray lastAdmittedNs = new AtomicLongArray(Priority.values().length);
  private final LongAdder[] refused = counters(Why.values().length);
  private final Pauses pauses = new Pauses();
  private final HotSpots hotTenants = new HotSpots();
  private final HotSpots hotEntities = new HotSpots();

  /**
   * How it is set.
   *
   * @param enabled whether the node's limit and the shares hold; quotas always do
   * @param target how long a command should take at most
   * @param limitMin the least limit
   * @param limitMax the greatest
   * @param tenantsMax tenants known at once
   * @param otherwise the quota of a tenant that has none of its own
   */
  public record Settings(
      boolean enabled,
      Duration target,
      int limitMin,
      int limitMax,
      int tenantsMax,
      Quota otherwise,
      Map<String, Quota> own) {}

  private enum Why {
    RATE,
    CONCURRENCY,
    BYTES,
    OVERLOAD,
    TENANT_SHARE
  }

  /** With nothing under way. */
  public Gate(Settings settings, Clock clock) {
    long nowNs = clock.monotonicNs();
    this.clock = clock;
    this.enabled = settings.enabled;
    this.tenants = new Tenants(settings.tenantsMax, settings.otherwise, settings.own, nowNs);
    this.limit =
        new DelayLimit(settings.target.toNanos(), settings.limitMin, settings.limitMax, nowNs);
    for (int i = 0; i < lastAdmittedNs.length(); i++) {
      lastAdmittedNs.set(i, nowNs);
    }
  }

  private static LongAdder[] counters(int count) {
    LongAdder[] all = new LongAdder[count];
    Arrays.setAll(all, any -> new LongAdder());
    return all;
  }

  /** One that limits nothing. */
  public static Gate open(Clock clock) {
    return new Gate(
        new Settings(false, Duration.ofSeconds(1), 1, 1, 1, Quota.NONE, Map.of()), clock);
  }

  long nowNs() {
    return clock.monotonicNs();
  }

  /** Lets a request in, or not. */
  public Admission enter(Ask ask) {
    long nowNs = clock.monotonicNs();
    look(ask);
    Tenant tenant = tenants.hold(ask.tenant(), nowNs);
    int urgency = Math.max(ask.urgency(), tenant.quota().urgency());
    Priority priority = Priority.ofUrgency(urgency);
    if (ask.kind() != Ask.Kind.FREE) {
      No refusal = quota(tenant, ask, nowNs);
      if (refusal == null && ask.kind() == Ask.Kind.BRIEF) {
        refusal = begin(tenant, priority, nowNs);
        if (refusal != null) {
          tenant.giveBack(ask.bytes());
        }
      }
      if (refusal != null) {
        tenant.release();
        return refuse(refusal, tenant, pauses.hold(priority, nowNs));
      }
    }
    admitted[priority.ordinal()].increment();
    return new Pass(this, tenant, ask, urgency);
  }

  private void look(Ask ask) {
    if ((asked.getAndIncrement() & (LOOKED_AT - 1)) == 0) {
      hotTenants.add(ask.tenant());
      if (!ask.entity().isEmpty()) {
        hotEntities.add(ask.entity());
      }
    }
  }

  /** Concurrency, bytes, rate: what is given back comes before what is used up. */
  private @Nullable No quota(Tenant tenant, Ask ask, long nowNs) {
    Quota quota = tenant.quota();
    if (quota.concurrency() > 0 && tenant.held() > quota.concurrency()) {
      return new No(
          Why.CONCURRENCY,
          named(tenant) + " has " + quota.concurrency() + " requests under way, as many as it may",
          RETRY_MS);
    }
    if (!tenant.reserve(ask.bytes())) {
      return new No(
          Why.BYTES,
          named(tenant) + " may have " + quota.bytes() + " bytes of request bodies under way",
          RETRY_MS);
    }
    No refusal = rate(tenant, ask.cost(), nowNs);
    if (refusal != null) {
      tenant.giveBack(ask.bytes());
    }
    return refusal;
  }

  private @Nullable No rate(Tenant tenant, int cost, long nowNs) {
    if (tenant.mayBegin(cost, nowNs)) {
      return null;
    }
    long waitMs = Math.ceilDiv(tenant.waitNs(nowNs), 1_000_000L);
    return new No(
        Why.RATE,
        named(tenant) + " may send " + tenant.quota().rate() + " requests a second",
        Math.max(1, waitMs));
  }

  private @Nullable No begin(Tenant tenant, Priority priority, long nowNs) {
    int asking = tenants.asking(tenant, nowNs);
    int most = limit.limit();
    int now = underWay.begin(priority);
    int own = tenant.brief().begin(priority);
    if (!enabled) {
      return null;
    }
    // Rounded up, so that a limit of one is not none.
    int room = (most * priority.percent() + 99) / 100;
    if (now > room) {
      end(tenant, priority);
      return new No(
          Why.OVERLOAD,
          (now - 1) + " requests that matter as much are under way, and " + room + " is the limit",
          sinceMs(priority, nowNs));
    }
    int share = Math.max(1, most * Math.max(TENANT_SHARE_PERCENT, 100 / asking) / 100);
    if (underWay.all() * 2L > most && own > share) {
      end(tenant, priority);
      return new No(
          Why.TENANT_SHARE,
          named(tenant)
              + " has its share of "
              + share
              + " requests under way, while "
              + asking
              + " tenants ask",
          RETRY_MS);
    }
    lastAdmittedNs.setOpaque(priority.ordinal(), nowNs);
    return null;
  }

  private static String named(Tenant tenant) {
    return "tenant '" + tenant.name() + "'";
  }

  /** What lasts for long already will last as long again: the best guess there is. */
  private long sinceMs(Priority priority, long nowNs) {
    long sinceNs = nowNs - lastAdmittedNs.getOpaque(priority.ordinal());
    return Math.clamp(sinceNs / 1_000_000, RETRY_MS, RETRY_MS_MAX);
  }

  /** A reason, before it is known how it is told. */
  private record No(Why why, String detail, long retryAfterMs) {}

  private Refusal refuse(No no, Tenant tenant, int pauseMs) {
    refused[no.why.ordinal()].increment();
    boolean own = no.why == Why.RATE || no.why == Why.CONCURRENCY || no.why == Why.BYTES;
    return new Refusal(
        own ? ProblemCode.QUOTA_EXCEEDED : ProblemCode.OVERLOADED,
        no.detail,
        no.retryAfterMs,
        pauseMs,
        tenant.policy(),
        tenant.standing(clock.monotonicNs()));
  }

  @Nullable Refusal line(Tenant tenant) {
    No no = rate(tenant, 1, clock.monotonicNs());
    return no == null ? null : refuse(no, tenant, 0);
  }

  /** A refusal that was held back is told now. */
  public void told(Refusal refusal) {
    if (refusal.pauseMs() > 0) {
      pauses.letGo();
    }
  }

  void learn(long tookNs) {
    limit.learn(tookNs, underWay.all(), clock.monotonicNs());
  }

  void leave(Tenant tenant, Ask ask, Priority priority) {
    if (ask.kind() == Ask.Kind.BRIEF) {
      end(tenant, priority);
    }
    if (ask.kind() != Ask.Kind.FREE) {
      tenant.giveBack(ask.bytes());
    }
    tenant.release();
  }

  private void end(Tenant tenant, Priority priority) {
    tenant.brief().end(priority);
    underWay.end(priority);
  }

  /** How it stands. */
  public GateFigures figures() {
    Map<String, Long> in = new LinkedHashMap<>();
    for (Priority priority : Priority.values()) {
      in.put(word(priority), admitted[priority.ordinal()].sum());
    }
    Map<String, Long> out = new LinkedHashMap<>();
    for (Why why : Why.values()) {
      out.put(word(why), refused[why.ordinal()].sum());
    }
    return new GateFigures(
        limit.limit(),
        underWay.all(),
        limit.typicalNs(),
        tenants.size(),
        in,
        out,
        spots(hotTenants),
        spots(hotEntities));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static List<GateFigures.Spot> spots(HotSpots of) {
    return of.hottest().stream()
        .map(spot -> new GateFigures.Spot(spot.name(), spot.share()))
        .toList();
  }
}
