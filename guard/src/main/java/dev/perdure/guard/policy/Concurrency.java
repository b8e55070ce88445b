package dev.perdure.guard.policy;

/**
 * How many calls may be under way. Nobody waits: one more is refused.
 *
 * @param min the least limit; equal to {@code max} for a fixed one; default 20
 * @param max the greatest; default 200
 * @param tenantPercent the most that one tenant may have of the limit once half of it is taken;
 *     default 25
 */
public record Concurrency(int min, int max, int tenantPercent) {
  /** Checks the ranges. */
  public Concurrency {
    Range.check("concurrency.min", min, 1, 1_000_000);
    Range.check("concurrency.max", max, min, 1_000_000);
    Range.check("concurrency.tenant-share", tenantPercent, 1, 100);
  }

  /** Adaptive, 20 to 200. */
  public static Concurrency defaults() {
    return adaptive(20, 200);
  }

  /** Follows how long calls take. */
  public static Concurrency adaptive(int min, int max) {
    return new Concurrency(min, max, 25);
  }

  /** Always the same limit. */
  public static Concurrency fixed(int limit) {
    return new Concurrency(limit, limit, 25);
  }

  /** Is the limit always the same? */
  public boolean isFixed() {
    return min == max;
  }
}
