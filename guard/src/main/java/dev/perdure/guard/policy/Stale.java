package dev.perdure.guard.policy;

import java.time.Duration;

/**
 * Values that are kept of calls that name a cache key.
 *
 * @param maxStaleness how old a value may be that is given when the call fails
 * @param ttl how long a value is given without a call; default 0, never
 * @param entries how many values are kept; default 10,000
 */
public record Stale(Duration maxStaleness, Duration ttl, int entries) {
  /** Checks the ranges. */
  public Stale {
    Duration longest = Duration.ofDays(366);
    Range.check("fallback.stale.max-staleness", maxStaleness, Duration.ofMillis(1), longest);
    Range.check("fallback.stale.ttl", ttl, Duration.ZERO, maxStaleness);
    Range.check("fallback.stale.entries", entries, 1, 10_000_000);
  }

  /** Given only when the call fails. */
  public static Stale upTo(Duration maxStaleness) {
    return new Stale(maxStaleness, Duration.ZERO, 10_000);
  }
}
