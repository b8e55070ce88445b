package dev.perdure.runtime.watch;

import java.time.Duration;

/**
 * A sign with hysteresis: raised when it was at its bound or above for a while, taken back when it
 * was well below for another. In between it stays as it is. Time is a parameter.
 */
final class Steady {

  /** So far below the bound it is gone. */
  static final double GONE = 0.7;

  private final long standsNs;
  private final long goneNs;
  private boolean stands;
  private boolean leans;
  private long leansSinceNs;

  Steady(Duration stands, Duration gone) {
    this.standsNs = stands.toNanos();
    this.goneNs = gone.toNanos();
  }

  /**
   * Takes a look; true if it was raised or taken back by it.
   *
   * @param severity what was measured, as a multiple of the bound
   */
  boolean seen(double severity, long nowNs) {
    boolean other = stands ? severity < GONE : severity >= 1;
    if (!other) {
      leans = false;
      return false;
    }
    if (!leans) {
      leans = true;
      leansSinceNs = nowNs;
    }
    if (nowNs - leansSinceNs < (stands ? goneNs : standsNs)) {
      return false;
    }
    stands = !stands;
    leans = false;
    return true;
  }

  boolean stands() {
    return stands;
  }
}
