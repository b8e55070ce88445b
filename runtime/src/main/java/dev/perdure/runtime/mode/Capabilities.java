package dev.perdure.runtime.mode;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.kernel.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What services declared that they can do, and which of it is degraded on this node. Thread-safe.
 */
public final class Capabilities {

  private static final Logger LOG = LoggerFactory.getLogger(Capabilities.class);

  private final Map<String, Standing> byName = new TreeMap<>();
  private final Map<String, Standing> byDependency = new HashMap<>();
  private final Map<String, List<Standing>> byCovered = new HashMap<>();
  private final Clock clock;

  /** Nothing is missing yet. */
  public Capabilities(Collection<Capability> declared, Clock clock) {
    this.clock = clock;
    for (Capability one : declared) {
      Standing standing = new Standing(one);
      byName.put(one.name(), standing);
      for (String need : one.needs()) {
        if (Capability.isDependency(need)) {
          byDependency.put(need, standing);
        }
      }
      for (String covered : one.covers()) {
        byCovered.computeIfAbsent(covered, name -> new ArrayList<>(1)).add(standing);
      }
    }
  }

  /**
   * How one stands.
   *
   * @param degraded true if its degraded form is in force
   * @param why empty if it is not
   * @param forced true if an operator said so
   * @param sinceMicros when what it needs went or came back; 0 if it never did
   * @param waiting what it is to do later, as far as this node knows
   */
  public record View(
      Capability capability,
      boolean degraded,
      String why,
      boolean forced,
      long sinceMicros,
      int waiting) {}

  /** All, by name. */
  public List<View> all() {
    return byName.values().stream().map(Capabilities::view).toList();
  }

  private static View view(Standing one) {
    return new View(
        one.declared(),
        one.degraded(),
        one.degraded() ? one.why() : "",
        one.forced() != null,
        one.sinceMicros(),
        one.deferrals().waiting());
  }

  /**
   * Why requests to a type, queue or view are refused now; null if they are not.
   *
   * @param fails what may be missing for others and works for this caller's tenant is no reason:
   *     one tenant must not be able to have it taken from all
   */
  @Nullable String refusal(String covered, Predicate<String> fails) {
    if (byCovered.isEmpty()) {
      return null;
    }
    for (Standing one : byCovered.getOrDefault(covered, List.of())) {
      if (one.degraded()
          && one.declared().degraded() instanceof Degraded.Disabled off
          && (!one.onlyOutside()
              || one.declared().needs().stream()
                  .filter(Capability::isDependency)
                  .anyMatch(fails))) {
        return "capability '" + one.declared().name() + "': " + one.told() + "; " + off.reason();
      }
    }
    return null;
  }

  /** Puts a degraded form in force until it is released; false if there is no such capability. */
  public boolean force(String name, String reason, String by) {
    Standing one = byName.get(name);
    if (one != null) {
      one.forced(new Standing.Forced(reason, by));
      LOG.warn("capability {} is forced into its degraded form by {}: {}", name, by, reason);
    }
    return one != null;
  }

  /** Takes that back; false if there is no such capability. */
  public boolean release(String name, String reason, String by) {
    Standing one = byName.get(name);
    if (one != null) {
      one.forced(null);
      LOG.warn("capability {} is released by {}: {}", name, by, reason);
    }
    return one != null;
  }

  @Nullable Standing of(String name) {
    return byName.get(name);
  }

  @Nullable Standing ofDependency(String dependency) {
    return byDependency.get(dependency);
  }

  /**
   * Looks at what each needs; one goes and comes back when that has stood for a while.
   *
   * @param missing what is wrong with a capability's needs; empty if nothing is
   * @return why the first is degraded at this look; empty if none is
   */
  String look(Function<Capability, Lack> missing, Modes.Damping damping) {
    long nowNs = clock.monotonicNs();
    String first = "";
    for (Standing one : byName.values()) {
      Lack lack = missing.apply(one.declared());
      String what = lack.why();
      if (one.seen(what, nowNs, damping)) {
        one.missing(lack, clock.wallMicros());
        if (what.isEmpty()) {
          LOG.info("capability {} is whole again", one.declared().name());
        } else {
          LOG.warn("capability {} is degraded: {}", one.declared().name(), what);
        }
      }
      String why = one.forced() == null ? what : one.why();
      if (first.isEmpty() && !why.isEmpty()) {
        first = "capability " + one.declared().name() + ": " + why;
      }
      one.deferrals().sweep(nowNs);
    }
    return first;
  }
}
