package dev.perdure.guard;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.watch.Watchdog;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The dependencies of a program and what is allowed towards each.
 *
 * <pre>{@code
 * Guard guard = Guard.of(Map.of("payments", Policy.defaults()));
 * Dependency payments = guard.dependency("payments");
 * }</pre>
 */
public final class Guard {
  private static final int LEFT_MAX = 1_000;

  private final Time time;
  private final Map<String, Judge> judges;
  private final Judge judge;
  private final GuardListener listener;
  private final BiFunction<String, Breaking, Breaking> untenanted;
  private final Watchdog watchdog;
  private volatile Map<String, Dependency> dependencies = Map.of();

  /**
   * Those that are in no policy now, with their state, the one that left last at the end: a name
   * that comes back is the same dependency, also for who kept it. Guarded by this.
   */
  private final Map<String, Dependency> left = new LinkedHashMap<>();

  private Guard(Builder builder) {
    this.time = builder.time;
    this.judges = Map.copyOf(builder.judges);
    this.judge = builder.judge;
    this.listener = builder.listener;
    this.untenanted = builder.untenanted;
    this.watchdog =
        time.equals(Time.system()) ? SystemTime.WATCHDOG : new Watchdog(builder.time::nowNs);
    reload(builder.policies);
  }

  /** A guard with these policies by name. */
  public static Guard of(Map<String, Policy> policies) {
    return builder().policies(policies).build();
  }

  /** No dependencies, the machine's time, the standard judge for all. */
  public static Builder builder() {
    return new Builder();
  }

  /** The dependency of a name; keep it, or ask each time. */
  public Dependency dependency(String name) {
    Dependency found = dependencies.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no dependency '"
              + name
              + "' is configured; there are: "
              + String.join(", ", new TreeSet<>(dependencies.keySet())));
    }
    return found;
  }

  /**
   * Puts new policies in force, all at once; calls under way end under the old ones. State stays:
   * open breakers, calls under way, budgets, kept values. A dependency that is not among them any
   * more cannot be looked up; who holds it goes on under its last policy. When its name comes back
   * it is the same one again, with its state, unless a thousand others have left since.
   */
  public synchronized void reload(Map<String, Policy> policies) {
    Map<String, Dependency> next = new HashMap<>();
    Map<String, Policy> checked = Map.copyOf(policies);
    checked.forEach(
        (name, policy) -> {
          Dependency there = dependencies.get(name);
          Dependency known = there == null ? left.remove(name) : there;
          next.put(name, known == null ? new Dependency(name, policy, this) : known);
        });
    dependencies.forEach(
        (name, dependency) -> {
          if (!next.containsKey(name)) {
            left.put(name, dependency);
          }
        });
    Iterator<String> oldest = left.keySet().iterator();
    for (int over = left.size() - LEFT_MAX; over > 0; over--) {
      oldest.next();
      oldest.remove();
    }
    next.forEach(
        (name, dependency) -> {
          Policy policy = checked.get(name);
          if (policy != null && !policy.equals(dependency.policy())) {
            dependency.reload(policy);
          }
        });
    dependencies = Map.copyOf(next);
  }

  /** The names of the dependencies, sorted. */
  public Iterable<String> names() {
    return new TreeSet<>(dependencies.keySet());
  }

  Time time() {
    return time;
  }

  Judge judge(String dependency) {
    return judges.getOrDefault(dependency, judge);
  }

  UnaryOperator<Breaking> untenanted(String dependency) {
    return rules -> untenanted.apply(dependency, rules);
  }

  GuardListener listener() {
    return listener;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  /** What a guard is made of. */
  public static final class Builder {
    private Time time = Time.system();
    private final Map<String, Judge> judges = new HashMap<>();
    private Judge judge = Judge.standard();
    private GuardListener listener = GuardListener.NONE;
    private Map<String, Policy> policies = Map.of();
    private BiFunction<String, Breaking, Breaking> untenanted = (name, rules) -> rules;

    private Builder() {}

    /** Another time; default the machine's. */
    public Builder time(Time other) {
      this.time = other;
      return this;
    }

    /** Another judge for one dependency; default {@link Judge#standard()}. */
    public Builder judge(String dependency, Judge other) {
      judges.put(dependency, other);
      return this;
    }

    /** Another judge for all dependencies that have none of their own. */
    public Builder judge(Judge other) {
      judge = other;
      return this;
    }

    /** Other rules for the breaker of calls without a tenant, by dependency; default the same. */
    public Builder untenanted(BiFunction<String, Breaking, Breaking> rules) {
      this.untenanted = rules;
      return this;
    }

    /** Somebody who is told; default nobody. */
    public Builder listener(GuardListener other) {
      this.listener = other;
      return this;
    }

    /** The policies by name; default none. */
    public Builder policies(Map<String, Policy> byName) {
      this.policies = byName;
      return this;
    }

    /** The guard. */
    public Guard build() {
      return new Guard(this);
    }
  }
}
