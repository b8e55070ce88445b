package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in, or says why not. In this order: the tenant's quota, the node's limit at the
 * share of the request's priority, the tenant's share of the limit, the shard's. What is refused
 * was neither read nor executed. Thread-safe.
 */
public final class Gate {

  private static final int TENANT_SHARE_PERCENT = 25;

  /** What few tenants share: a tenth is left for who comes next. */
  private static final int TENANTS_PERCENT = 90;

  /** From here on the room is taken, also by tenants that are held to their shares of it. */
  private static final int TAKEN_PERCENT = 80;

  private static final long RETRY_MS = 1_000;
  private static final long RETRY_MS_MAX = 30_000;

  /** One request of so many is looked at for what is hot: it must cost nothing. */
  private static final int LOOKED_AT = 8;

  private final Clock clock;
  private final boolean enabled;
  private final Tenants tenants;
  private final DelayLimit limit;
  private final UnderWay underWay = new UnderWay();
  private final Shards shards = new Shards();
  private final AtomicInteger asked = new AtomicInteger();

  private final Map<Priority, LongAdder> admitted = new EnumMap<>(Priority.class);
  private final Map<Priority, AtomicLong> lastAdmittedNs = new EnumMap<>(Priority.class);
  private final Map<Why, LongAdder> refused = new EnumMap<>(Why.class);
  private final Shortage shortage = new Shortage();
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
    TENANT_SHARE,
    SHARD
  }

  /** With nothing under way. */
  public Gate(Settings settings, Clock clock) {
    long nowNs = clock.monotonicNs();
    this.clock = clock;
    this.enabled = settings.enabled;
    this.tenants = new Tenants(settings.tenantsMax, settings.otherwise, settings.own, nowNs);
    this.limit =
        new DelayLimit(settings.target.toNanos(), settings.limitMin, settings.limitMax, nowNs);
    for (Priority priority : Priority.values()) {
      admitted.put(priority, new LongAdder());
      lastAdmittedNs.put(priority, new AtomicLong(nowNs));
    }
    for (Why why : Why.values()) {
      refused.put(why, new LongAdder());
    }
  }

  /** All constants are there. */
  private static <K, V> V of(Map<K, V> all, K key) {
    return Objects.requireNonNull(all.get(key));
  }

  /** One that limits nothing. */
  public static Gate open(Clock clock) {
    return new Gate(
        new Settings(false, Duration.ofSeconds(1), 1, 1, 1, Quota.NONE, Map.of()), clock);
  }

  long nowNs() {
    return clock.monotonicNs();
  }

  /** Lets a request in whose body is there, or not. */
  public Admission enter(Ask ask) {
    try {
      return enter(ask, () -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a request's body. */
  @FunctionalInterface
  public interface Body {
    /** Ends when the body is in memory, unread. */
    void arrive() throws IOException;
  }

  /**
   * Lets a request in, or not. What it takes to execute is taken only when its body is there:
   * bodies that come slowly hold a connection and their tenant's quota, nothing else.
   */
  public Admission enter(Ask ask, Body body) throws IOException {
    look(ask);
    long nowNs = clock.monotonicNs();
    Tenant tenant = tenants.hold(ask.tenant(), nowNs);
    int urgency = Math.max(ask.urgency(), tenant.quota().urgency());
    Priority priority = Priority.ofUrgency(urgency);
    Guest guest = new Guest(tenant, priority, shards.of(ask.shard()));
    No no = null;
    boolean in = false;
    try {
      no = ask.kind() == Ask.Kind.FREE ? null : quota(tenant, ask, nowNs);
      if (no == null && ask.kind() == Ask.Kind.BRIEF) {
        no = brief(guest, ask, body);
      }
      in = no == null;
    } finally {
      if (!in) {
        tenant.release();
      }
    }
    if (no != null) {
      return refuse(no, tenant, pauses.hold(priority, clock.monotonicNs()));
    }
    of(admitted, priority).increment();
    return new Pass(this, guest, ask, urgency);
  }

  /** Who asks. */
  record Guest(Tenant tenant, Priority priority, Shards.Place place) {}

  private @Nullable No brief(Guest guest, Ask ask, Body body) throws IOException {
    No no = null;
    boolean in = false;
    try {
      if (ask.bytes() > 0) {
        // Already clear? Then nothing is read. It is looked at again when the body is there.
        no = begin(guest, clock.monotonicNs());
        if (no == null) {
          end(guest);
          body.arrive();
        }
      }
      no = no == null ? begin(guest, clock.monotonicNs()) : no;
      in = no == null;
    } finally {
      if (!in) {
        guest.tenant.giveBack(ask.bytes());
      }
    }
    return no;
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

  private @Nullable No begin(Guest guest, long nowNs) {
    Tenant tenant = guest.tenant;
    Priority priority = guest.priority;
    int asking = tenants.asking(tenant, nowNs);
    shards.asked(guest.place, nowNs);
    // Delays shed what is less important; only the greatest limit sheds the critical.
    int most = priority == Priority.CRITICAL ? limit.most() : limit.limit();
    int now = underWay.begin(priority);
    int own = tenant.brief().begin(priority);
    int inShard = guest.place.brief().begin(priority);
    if (!enabled) {
      return null;
    }
    // Rounded up, so that a limit of one is not none.
    int room = (most * priority.percent() + 99) / 100;
    boolean kept = shards.keeps(inShard, room);
    if (now > room && !kept) {
      end(guest);
      lacksRoom(guest, nowNs);
      return new No(
          Why.OVERLOAD,
          (now - 1) + " requests that matter as much are under way, and " + room + " is the limit",
          sinceMs(priority, nowNs));
    }
    int percent = Math.max(TENANT_SHARE_PERCENT, TENANTS_PERCENT / asking);
    int share = Math.max(1, room * percent / 100);
    if (now * 2L > most && own > share && !(kept && asking == 1)) {
      end(guest);
      if (now * 100L > (long) room * TAKEN_PERCENT) {
        lacksRoom(guest, nowNs);
      }
      return new No(
          Why.TENANT_SHARE,
          named(tenant)
              + " has its share of "
              + share
              + " requests under way; tenants that ask at the moment: "
              + asking,
          RETRY_MS);
    }
    if (now * 2L > most && inShard > shards.share(room)) {
      end(guest);
      return new No(
          Why.SHARD,
          "shard "
              + guest.place.name()
              + " has as many requests under way as it may while others are asked, too: "
              + (inShard - 1),
          RETRY_MS);
    }
    of(lastAdmittedNs, priority).setOpaque(nowNs);
    return null;
  }

  /** The least important are there to be shed, and are no measure. */
  private void lacksRoom(Guest guest, long nowNs) {
    if (guest.priority != Priority.SHEDDABLE) {
      shortage.of(guest.tenant, tenants.alone(nowNs));
    }
  }

  /**
   * True if the node had more to do than it can since this was asked last: its room was taken, and
   * requests of class normal or above were refused for that, of two tenants or of the only one that
   * has asked within a minute. What one among others asks for too much is that one's own. One
   * thread asks.
   */
  public boolean overloaded() {
    return shortage.take();
  }

  private static String named(Tenant tenant) {
    return "tenant '" + tenant.name() + "'";
  }

  /** What lasts for long already will last as long again: the best guess there is. */
  private long sinceMs(Priority priority, long nowNs) {
    long sinceNs = nowNs - of(lastAdmittedNs, priority).getOpaque();
    return Math.clamp(sinceNs / 1_000_000, RETRY_MS, RETRY_MS_MAX);
  }

  /** A reason, before it is known how it is told. */
  private record No(Why why, String detail, long retryAfterMs) {}

  private Refusal refuse(No no, Tenant tenant, int pauseMs) {
    of(refused, no.why).increment();
    boolean overload = no.why == Why.OVERLOAD;
    if (overload || no.why == Why.TENANT_SHARE) {
      limit.refused(overload && pauseMs > 0);
    }
    boolean own = no.why == Why.RATE || no.why == Why.CONCURRENCY || no.why == Why.BYTES;
    return new Refusal(
        own ? ProblemCode.QUOTA_EXCEEDED : ProblemCode.OVERLOADED,
        no.detail,
        no.retryAfterMs,
        new Refusal.Pause(pauseMs, overload),
        tenant.policy(),
        tenant.standing(clock.monotonicNs()));
  }

  @Nullable Refusal line(Tenant tenant) {
    No no = rate(tenant, 1, clock.monotonicNs());
    return no == null ? null : refuse(no, tenant, 0);
  }

  /**
   * How long a refusal is held back, in milliseconds: each for another while.
   *
   * @param mostMs that its caller bears
   */
  public int pauseMs(Refusal refusal, int mostMs) {
    return pauses.spread(Math.min(mostMs, refusal.pause().ms()));
  }

  /** A refusal that was held back is told now. */
  public void told(Refusal refusal) {
    if (refusal.pause().ms() > 0) {
      pauses.letGo();
      if (refusal.pause().overload()) {
        limit.told();
      }
    }
  }

  void learn(long tookNs) {
    limit.learn(tookNs, underWay.all(), clock.monotonicNs());
  }

  void leave(Tenant tenant, Ask ask) {
    if (ask.kind() != Ask.Kind.FREE) {
      tenant.giveBack(ask.bytes());
    }
    tenant.release();
  }

  void end(Guest guest) {
    guest.place.brief().end(guest.priority);
    guest.tenant.brief().end(guest.priority);
    underWay.end(guest.priority);
  }

  /** How it stands. */
  public GateFigures figures() {
    Map<String, Long> in = new LinkedHashMap<>();
    for (Priority priority : Priority.values()) {
      in.put(word(priority), of(admitted, priority).sum());
    }
    Map<String, Long> out = new LinkedHashMap<>();
    for (Why why : Why.values()) {
      out.put(word(why), of(refused, why).sum());
    }
    return new GateFigures(
        limit.limit(),
        underWay.all(),
        shards.underWay(),
        limit.typicalNs(),
        limit.crowded(),
        pauses.held(),
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
