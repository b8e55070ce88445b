package dev.perdure.runtime.mode;

import dev.perdure.api.Degraded;
import dev.perdure.api.StepRejected;
import dev.perdure.guard.Call;
import dev.perdure.guard.Counts;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.Guard;
import dev.perdure.guard.GuardListener;
import dev.perdure.guard.Outcome;
import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Reason;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.type.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to everything outside: each dependency that a step, a compensation or a subscription
 * names has a guard of its own. What the guard refuses was not sent; what is taken instead is
 * declared by a capability. Thread-safe.
 */
public final class Outside implements GuardListener {

  private static final Logger LOG = LoggerFactory.getLogger(Outside.class);
  private static final int DEPENDENCIES_MAX = 1_000;
  private static final String OTHERS = "others";

  /** A breaker that nobody asks any more says nothing on today. */
  private static final long STALE_NEWS_NS = 60_000_000_000L;

  private static final int TENANTS_WITHOUT_VOTE = 2;
  private static final long GOOD_NEWS_NS = 2_000_000_000L;

  private final Capabilities capabilities;
  private final Clock clock;
  private final @Nullable Guard guard;
  private final Map<String, Way> ways = new ConcurrentHashMap<>();
  private Policies policies;

  /**
   * The way of a node.
   *
   * @param policies of its dependencies
   */
  Outside(Capabilities capabilities, Policies policies, Clock clock) {
    this.capabilities = capabilities;
    this.clock = clock;
    this.policies = policies;
    this.guard =
        Guard.builder()
            .listener(this)
            .judge(OutsideJudge.INSTANCE)
            .untenanted(policies::untenanted)
            .build();
    reload(policies.configured());
  }

  private Outside(Clock clock) {
    this.capabilities = new Capabilities(List.of(), clock);
    this.clock = clock;
    this.policies = new Policies(Map.of(), Set.of());
    this.guard = null;
  }

  /** A way without guards, for whoever brings the outside himself. */
  public static Outside unguarded(Clock clock) {
    return new Outside(clock);
  }

  /** What a call gives: JSON, or null for nothing. */
  @FunctionalInterface
  public interface Work {
    @Nullable String run() throws Exception;
  }

  /** A dependency, and what was heard of it last. */
  private static final class Way {
    final Dependency dependency;
    volatile boolean failing;
    volatile long badNs;
    volatile long okNs;

    Way(Dependency dependency, long nowNs) {
      this.dependency = dependency;
      this.okNs = nowNs;
    }

    void ok(long nowNs) {
      failing = false;
      okNs = nowNs;
    }

    void bad(long nowNs) {
      badNs = nowNs;
      failing = true;
    }

    /**
     * With few tenants there is no vote. With more it decides: those of one may be refused while
     * those of others would succeed. A breaker that nobody asks says something only until it may be
     * tried.
     */
    boolean isMissing(long nowNs) {
      if (dependency.refuses("")) {
        return true; // handlers', whom no tenant's success helps
      }
      if (dependency.tenants() > TENANTS_WITHOUT_VOTE && standing() == Generation.State.CLOSED) {
        return false;
      }
      boolean fresh = nowNs - badNs < STALE_NEWS_NS || dependency.refuses();
      return failing && fresh && nowNs - okNs > GOOD_NEWS_NS;
    }

    /** Of the breaker of all, or of calls that belong to no tenant, as handlers' do. */
    Generation.State standing() {
      Generation.State all = dependency.breaker().state();
      Generation nobodys = dependency.breaker("");
      return all != Generation.State.CLOSED || nobodys == null ? all : nobodys.state();
    }
  }

  /** What the work gave: also what it threw, if that shows that the other side works. */
  private record Given(@Nullable String value, @Nullable Exception blameless) {}

  /** The time it goes by. */
  public Clock clock() {
    return clock;
  }

  /** How long an attempt may take: as its step says, or less if the policy does. */
  public Duration within(String dependency, Duration step) {
    if (guard == null) {
      return step;
    }
    Duration most = way(dependency).dependency.policy().deadline().attempt();
    return most.compareTo(step) < 0 ? most : step;
  }

  /** Has a subscription's handler do its work, once; on this thread. */
  public Said handle(String dependency, Work work) {
    Asked asked = new Asked("", dependency, "", "", Asked.Kind.DONE_OR_NOT);
    return call(asked, Call.once(), work);
  }

  /** Calls, once. */
  public Said call(Asked asked, Work work) {
    return call(asked, Call.once().tenant(asked.tenant()), work);
  }

  private Said call(Asked asked, Call call, Work work) {
    Standing capability = capabilities.ofDependency(asked.dependency());
    if (capability != null && capability.forced() != null) {
      return capability.instead(asked, capability.told(), clock.monotonicNs());
    }
    if (guard == null) {
      return unguarded(work);
    }
    Way way = way(asked.dependency());
    AtomicBoolean probe = new AtomicBoolean();
    Outcome<Given> outcome =
        way.dependency.outcome(
            call,
            attempt -> {
              probe.set(attempt.isProbe());
              return given(work);
            });
    return switch (outcome) {
      case Outcome.Ok<Given> ok -> {
        way.ok(clock.monotonicNs());
        yield done(asked, capability, ok.value());
      }
      case Outcome.Stale<Given> stale -> done(asked, null, stale.value());
      case Outcome.NotSent<Given> no -> notSent(asked, capability, no);
      case Outcome.Failed<Given> failed -> threw(failed.cause(), probe.get());
      case Outcome.TimedOut<Given> late -> threw(late.cause(), probe.get());
    };
  }

  private static Said threw(Throwable error, boolean probe) {
    return new Said.Threw(error, probe && !OutsideJudge.saysNothing(error));
  }

  private static Said unguarded(Work work) {
    try {
      return new Said.Done(work.run());
    } catch (Exception e) {
      return new Said.Threw(e, false);
    }
  }

  private static Given given(Work work) throws Exception {
    try {
      return new Given(work.run(), null);
    } catch (StepRejected e) {
      return new Given(null, e);
    }
  }

  private Said done(Asked asked, @Nullable Standing capability, Given given) {
    if (given.blameless != null) {
      return new Said.Threw(given.blameless, false);
    }
    if (capability != null
        && capability.declared().degraded() instanceof Degraded.Stale
        && asked.kind() == Asked.Kind.VALUED) {
      capability.answers().keep(asked, given.value, clock.monotonicNs());
    }
    return new Said.Done(given.value);
  }

  private Said notSent(Asked asked, @Nullable Standing capability, Outcome.NotSent<Given> no) {
    Reason reason = no.reason();
    String why = "'" + asked.dependency() + "' was not called: " + reason.sentence();
    if (reason != Reason.BREAKER && reason != Reason.TENANT_BREAKER) {
      return new Said.NotSent(why, true);
    }
    return capability == null
        ? new Said.NotSent(why, false)
        : capability.instead(asked, why, clock.monotonicNs());
  }

  /** What is taken for a call that failed as often as it may; null if nothing was declared. */
  public @Nullable Said insteadOfFailing(Asked asked, String detail) {
    Standing capability = capabilities.ofDependency(asked.dependency());
    if (capability == null) {
      return null;
    }
    Said said = capability.instead(asked, detail, clock.monotonicNs());
    return said instanceof Said.Instead || said instanceof Said.Later ? said : null;
  }

  /**
   * Takes room for one more that is to be done later.
   *
   * @param id unique among tenants
   * @return why it is not to be; null if it is
   */
  public @Nullable String refusesLater(String capability, String id, String arguments) {
    Standing one = capabilities.of(capability);
    if (one == null || !(one.declared().degraded() instanceof Degraded.Later later)) {
      return "nothing is done later for it";
    }
    try {
      Values.read(arguments, later.arguments());
    } catch (RuntimeException e) {
      return "the step's arguments do not fit " + later.arguments().getSimpleName();
    }
    return one.deferrals().add(id, later.waitingMax(), clock.monotonicNs())
        ? null
        : "as much waits already as may, " + later.waitingMax();
  }

  /** Something that is to be done later is tried. */
  public void heard(String capability, String id) {
    Standing one = capabilities.of(capability);
    if (one != null) {
      one.deferrals().heard(id, clock.monotonicNs());
    }
  }

  /** It is over. */
  public void ended(String capability, String id) {
    Standing one = capabilities.of(capability);
    if (one != null) {
      one.deferrals().ended(id);
    }
  }

  private Way way(String name) {
    Way found = ways.get(name);
    return found != null ? found : added(name);
  }

  private synchronized Way added(String name) {
    Way found = ways.get(name);
    if (found != null) {
      return found;
    }
    if (ways.size() >= DEPENDENCIES_MAX && !name.equals(OTHERS)) {
      return added(OTHERS);
    }
    Objects.requireNonNull(guard).reload(policies(name));
    return open(name);
  }

  private Map<String, Policy> policies(@Nullable String more) {
    Set<String> names = new HashSet<>(ways.keySet());
    names.addAll(policies.configured().keySet());
    names.addAll(policies.handled());
    if (more != null) {
      names.add(more);
    }
    Map<String, Policy> all = new HashMap<>();
    names.forEach(name -> all.put(name, policies.of(name)));
    return all;
  }

  /** Puts other policies in force; dependencies that are not among them keep none of their own. */
  public synchronized void reload(Map<String, Policy> next) {
    policies = policies.with(next);
    Map<String, Policy> all = policies(null);
    Objects.requireNonNull(guard).reload(all);
    all.keySet().forEach(this::open);
  }

  private Way open(String name) {
    Dependency dependency = Objects.requireNonNull(guard).dependency(name);
    return ways.computeIfAbsent(name, one -> new Way(dependency, clock.monotonicNs()));
  }

  /** Why a dependency cannot be used now; empty if it can, as far as is known. */
  String missing(String name) {
    Way way = ways.get(name);
    return way != null && way.isMissing(clock.monotonicNs())
        ? "dependency '" + name + "' fails, and is not called until it is tried again"
        : "";
  }

  /** True if calls of a tenant are refused as well, or nobody can say yet that they are not. */
  boolean failsFor(String name, String tenant) {
    Way way = ways.get(name);
    if (way == null) {
      return true;
    }
    // Handlers' calls belong to nobody: they speak only for tenants with no calls of their own.
    boolean called = way.dependency.breaker(tenant) != null;
    return way.dependency.refuses() || way.dependency.refuses(called ? tenant : "");
  }

  private static String word(Generation.State state) {
    return switch (state) {
      case CLOSED -> "closed";
      case OPEN -> "open";
      case HALF_OPEN -> "half open";
    };
  }

  /** True if several dependencies have been used, and none of them can be now. */
  boolean nothingAnswers() {
    int used = 0;
    for (String name : ways.keySet()) {
      if (way(name).dependency.counts().calls() > 0) {
        if (missing(name).isEmpty()) {
          return false;
        }
        used++;
      }
    }
    return used > 1;
  }

  /**
   * A dependency as it stands.
   *
   * @param breaker of all tenants, or of calls that belong to none
   * @param missing why it cannot be used now; empty if it can, as far as is known
   * @param limit how many calls may be under way now
   */
  public record View(
      String name,
      Generation.State breaker,
      String missing,
      int underWay,
      int limit,
      Counts counts) {
    /** The state of the breaker in words. */
    public String standing() {
      return word(breaker);
    }
  }

  /** All dependencies that were used or configured, by name. */
  public List<View> views() {
    List<View> views = new ArrayList<>();
    for (Map.Entry<String, Way> way : new TreeMap<>(ways).entrySet()) {
      String name = way.getKey();
      Dependency one = way.getValue().dependency;
      views.add(
          new View(
              name,
              way.getValue().standing(),
              missing(name),
              one.underWay(),
              one.limit(),
              one.counts()));
    }
    return views;
  }

  @Override
  public void refused(String dependency, Reason reason, @Nullable String tenant) {
    if (reason == Reason.BREAKER || reason == Reason.TENANT_BREAKER) {
      way(dependency).bad(clock.monotonicNs());
    }
  }

  @Override
  public void breaker(String dependency, @Nullable String tenant, Generation now) {
    if (now.state() == Generation.State.OPEN) {
      way(dependency).bad(clock.monotonicNs());
    } else if (now.state() == Generation.State.CLOSED) {
      way(dependency).ok(clock.monotonicNs());
    }
    String whose =
        tenant == null ? "" : tenant.isEmpty() ? " for nobody's calls" : " for " + tenant;
    LOG.info("breaker of dependency {} is {}{}", dependency, word(now.state()), whose);
  }
}
