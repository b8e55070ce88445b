package dev.perdure.guard.policy;

import java.time.Duration;

/**
 * How many calls may begin: {@code calls} in each {@code period}, spread evenly, and {@code burst}
 * at once after a pause.
 *
 * @param tenantPercent the most that one of several tenants may have of both, once half of the
 *     burst is used or another was refused; default 25, and 100 for all. It has no effect with a
 *     burst of less than {@link #SHARED_BURST_MIN}: of that nothing can be kept for others
 */
public record Rate(long calls, Duration period, int burst, int tenantPercent) {
  /** The least burst with which one tenant has a share. */
  public static final int SHARED_BURST_MIN = 4;

  /** Checks the ranges. */
  public Rate {
    Range.check("rate.limit", calls, 1, 1_000_000_000);
    Range.check("rate.limit (period)", period, Duration.ofNanos(calls), Duration.ofDays(1));
    Range.check("rate.burst", burst, 1, 1_000_000);
    Range.check("rate.tenant-share", tenantPercent, 1, 100);
  }

  /** A quarter for one of several tenants. */
  public Rate(long calls, Duration period, int burst) {
    this(calls, period, burst, 25);
  }

  /** The same with another share. */
  public Rate sharing(int percent) {
    return new Rate(calls, period, burst, percent);
  }

  /** So many a second. */
  public static Rate perSecond(long calls, int burst) {
    return new Rate(calls, Duration.ofSeconds(1), burst);
  }
}
