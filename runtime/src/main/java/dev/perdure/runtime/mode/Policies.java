package dev.perdure.runtime.mode;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which policy holds for a dependency: what was configured, or one that only adds a breaker and a
 * limit of the calls under way. Immutable.
 *
 * <p>Handlers of subscriptions call one after the other, seldom, and with waits between their
 * attempts: a share of twenty calls in ten seconds would never be reached. So three failures in a
 * row open the breaker of what they call, and one probe decides. That is the breaker of calls
 * without a tenant: steps that call the same keep the rules as they are.
 *
 * @param configured by name
 * @param handled what handlers of subscriptions name
 */
record Policies(Map<String, Policy> configured, Set<String> handled) {

  private static final Duration AS_LONG_AS_THE_CALLER_SAYS = Duration.ofHours(1);
  private static final Deadlines UNLIMITED =
      Deadlines.of(AS_LONG_AS_THE_CALLER_SAYS, AS_LONG_AS_THE_CALLER_SAYS);
  private static final Policy UNCONFIGURED = Policy.defaults().with(UNLIMITED);
  private static final int IN_A_ROW = 3;

  Policies {
    configured = Map.copyOf(configured);
    handled = Set.copyOf(handled);
  }

  Policies with(Map<String, Policy> others) {
    return new Policies(others, handled);
  }

  Policy of(String name) {
    Policy own = configured.get(name);
    return waiting(handled.contains(name) ? ofHandlers(own) : own == null ? UNCONFIGURED : own);
  }

  /**
   * Each node has breakers of its own, and what waits for them waits durably: no call passes an
   * open one before its time, unless the file says so.
   */
  private static Policy waiting(Policy policy) {
    Breaking breaker = policy.breaker();
    Breaking.Opening open = breaker.open();
    return open.trickle().equals(Breaking.Opening.defaults().trickle())
        ? policy.with(breaker.opening(open.trickling(Duration.ZERO)))
        : policy;
  }

  /** The rules of the breaker of calls that belong to no tenant, as handlers' do. */
  Breaking untenanted(String name, Breaking rules) {
    if (!handled.contains(name)) {
      return rules;
    }
    Breaking breaker =
        rules.probes() == Breaking.defaults().probes()
            ? rules.probing(1, rules.halfOpenMax())
            : rules;
    return breaker.trip().inARow() == 0
        ? breaker.tripping(breaker.trip().inARow(IN_A_ROW))
        : breaker;
  }

  private static Policy ofHandlers(@Nullable Policy own) {
    Policy policy = own == null ? UNCONFIGURED : own;
    // A second handler must not begin beside one that heeds no interrupt.
    Deadlines deadline = policy.deadline().isolated(Deadlines.Isolation.CALLER);
    // A deadline that nobody wrote down must not cut short what a handler's options allow.
    return policy.with(deadline.equals(Deadlines.defaults()) ? UNLIMITED : deadline);
  }
}
