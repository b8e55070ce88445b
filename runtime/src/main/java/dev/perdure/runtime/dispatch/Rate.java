package dev.perdure.runtime.dispatch;

/**
 * How many leases there may be in a time: a bucket that holds those of one second, at least one.
 * Under the dispatcher's lock.
 */
final class Rate {

  private static final double SECOND_NS = 1e9;

  private double level;
  private long filledNs;
  private boolean begun;

  /**
   * How many may be had now.
   *
   * @param perSecond 0 for no limit
   */
  double level(double perSecond, long nowNs) {
    if (perSecond <= 0) {
      return Double.MAX_VALUE;
    }
    double most = Math.max(1, perSecond);
    level = begun ? Math.min(most, level + (nowNs - filledNs) / SECOND_NS * perSecond) : most;
    begun = true;
    filledNs = nowNs;
    return level;
  }

  void take(double perSecond) {
    if (perSecond > 0) {
      level -= 1;
    }
  }

  /** One that was taken is not needed. */
  void giveBack(double perSecond) {
    if (perSecond > 0) {
      level += 1;
    }
  }

  /** How long it takes until there is one, as filled last. */
  long missingNs(double perSecond) {
    return level >= 1 ? 0 : (long) Math.ceil((1 - level) / perSecond * SECOND_NS);
  }
}
