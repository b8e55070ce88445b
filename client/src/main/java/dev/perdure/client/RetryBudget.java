package dev.perdure.client;

/**
 * How many requests may be repeats: a share of all calls, and a few per second in any case. Many
 * clients whose cluster is in trouble then add little to it. A call that may not repeat yet waits.
 * Thread-safe.
 */
final class RetryBudget {

  private static final double TOKENS_MAX = 100;
  private static final double SECOND_NS = 1e9;

  private final double share;
  private final double perSecond;
  private double tokens;
  private long lastNs;

  /**
   * A budget with one second's tokens.
   *
   * @param share tokens that each call brings
   * @param perSecond tokens that each second brings
   */
  RetryBudget(double share, double perSecond, long nowNs) {
    this.share = share;
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.lastNs = nowNs;
  }

  /** A call begins. */
  synchronized void called() {
    tokens = Math.min(TOKENS_MAX, tokens + share);
  }

  /** Takes a token; false if there is none. */
  synchronized boolean take(long nowNs) {
    tokens = Math.min(TOKENS_MAX, tokens + (nowNs - lastNs) / SECOND_NS * perSecond);
    lastNs = nowNs;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
