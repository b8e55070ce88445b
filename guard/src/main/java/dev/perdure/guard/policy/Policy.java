package dev.perdure.guard.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is allowed towards one dependency. Begin with {@link #defaults()} and replace
 * parts.
 *
 * @param rate null for no limit of the rate
 * @param stale null for no cache
 */
public record Policy(
    Deadlines deadline,
    Retry retry,
    Breaking breaker,
    Concurrency concurrency,
    @Nullable Rate rate,
    @Nullable Stale stale) {

  /** Longer than any wait that makes sense in a call. */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final Policy DEFAULTS =
      new Policy(
          Deadlines.defaults(),
          Retry.defaults(),
          Breaking.defaults(),
          Concurrency.defaults(),
          null,
          null);

  /** No limit of the rate, no cache, the defaults of everything else. */
  public static Policy defaults() {
    return DEFAULTS;
  }

  /** This policy with other deadlines. */
  public Policy with(Deadlines other) {
    return new Policy(other, retry, breaker, concurrency, rate, stale);
  }

  /** This policy with another retry. */
  public Policy with(Retry other) {
    return new Policy(deadline, other, breaker, concurrency, rate, stale);
  }

  /** This policy with another breaker. */
  public Policy with(Breaking other) {
    return new Policy(deadline, retry, other, concurrency, rate, stale);
  }

  /** This policy with another limit of the calls under way. */
  public Policy with(Concurrency other) {
    return new Policy(deadline, retry, breaker, other, rate, stale);
  }

  /** This policy with another limit of the rate. */
  public Policy with(Rate other) {
    return new Policy(deadline, retry, breaker, concurrency, other, stale);
  }

  /** This policy with another cache. */
  public Policy with(Stale other) {
    return new Policy(deadline, retry, breaker, concurrency, rate, other);
  }
}
