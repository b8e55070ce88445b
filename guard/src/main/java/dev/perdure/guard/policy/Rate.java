package dev.perdure.guard.policy;

import java.time.Duration;

/**
 * How many calls may begin: {@code calls} in each {@code period}, spread evenly, and {@code burst}
 * at once after a pause.
 */
public record Rate(long calls, Duration period, int burst) {
  /** Checks the ranges. */
  public Rate {
    Range.check("rate.limit", calls, 1, 1_000_000_000);
    Range.check("rate.limit (period)", period, Duration.ofNanos(calls), Duration.ofDays(1));
    Range.check("rate.burst", burst, 1, 1_000_000);
  }

  /** So many a second. */
  public static Rate perSecond(long calls, int burst) {
    return new Rate(calls, Duration.ofSeconds(1), burst);
  }
}
