package dev.perdure.guard.policy;

/**
 * How many calls may be under way. Nobody waits: one more is refused.
 *
 * @param min the least limit; equal to {@code max} for a fixed one; default 20
 * @param max the greatest; default 200
 * @param tenantPercent the most that one tenant may have of the limit once half of it is taken;
 *     default 25
 * @param shed how much of the limit calls of each priority may fill
 */
public record Concurrency(int min, int max, int tenantPercent, Shares shed) {
  /** Checks the ranges. */
  public Concurrency {
    Range.check("concurrency.min", min, 1, 1_000_000);
    Range.check("concurrency.max", max, min, 1_000_000);
    Range.check("concurrency.tenant-share", tenantPercent, 1, 100);
  }

  /** The default shares for the priorities. */
  public Concurrency(int min, int max, int tenantPercent) {
    this(min, max, tenantPercent, Shares.defaults());
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

  /** The same with other shares for the priorities. */
  public Concurrency shedding(Shares other) {
    return new Concurrency(min, max, tenantPercent, other);
  }

  /** Is the limit always the same? */
  public boolean isFixed() {
    return min == max;
  }

  /**
   * The parts of the limit, in percent, at which calls of a priority are refused; critical ones
   * have all of it.
   *
   * @param sheddable the first to go; default 60
   * @param normal default 85
   * @param high default 95
   */
  public record Shares(int sheddable, int normal, int high) {
    /** Checks the ranges: what matters more has no less. */
    public Shares {
      Range.check("concurrency.shed.sheddable", sheddable, 1, 100);
      Range.check("concurrency.shed.normal", normal, sheddable, 100);
      Range.check("concurrency.shed.high", high, normal, 100);
    }

    /** 60, 85 and 95 %. */
    public static Shares defaults() {
      return new Shares(
          Priority.SHEDDABLE.percent(), Priority.NORMAL.percent(), Priority.HIGH.percent());
    }

    /** The share of a priority. */
    public int of(Priority priority) {
      return switch (priority) {
        case CRITICAL -> 100;
        case HIGH -> high;
        case NORMAL -> normal;
        case SHEDDABLE -> sheddable;
      };
    }

    /** How many may be under way of a limit when a call of a priority is let in. */
    public int room(Priority priority, int limit) {
      // Rounded up, so that a limit of one is not none.
      return (int) (((long) limit * of(priority) + 99) / 100);
    }
  }
}
