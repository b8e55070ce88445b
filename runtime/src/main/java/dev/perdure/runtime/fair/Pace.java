package dev.perdure.runtime.fair;

/**
 * How long one piece of work takes while others wait, as the best of the last windows: after a
 * pause of the disk nothing is refused because of the pause.
 */
final class Pace {

  static final long WINDOW_NS = 50_000_000;
  private static final int WINDOWS = 8;

  private final long[] nsPerWork = new long[WINDOWS];
  private int windows;
  private long sinceNs;
  private int taken;
  private boolean running;

  /** The crowd begins, or ends: time without one says nothing. */
  void rest() {
    running = false;
  }

  void took(long nowNs) {
    if (!running) {
      running = true;
      sinceNs = nowNs;
      taken = 0;
      return;
    }
    taken++;
    long elapsed = nowNs - sinceNs;
    if (elapsed >= WINDOW_NS) {
      nsPerWork[windows++ % WINDOWS] = Math.max(1, elapsed / taken);
      sinceNs = nowNs;
      taken = 0;
    }
  }

  /** How long so much takes at best; 0 as long as nothing is known. */
  long timeFor(int count) {
    int known = Math.min(windows, WINDOWS);
    long best = known == 0 ? 0 : Long.MAX_VALUE;
    for (int i = 0; i < known; i++) {
      best = Math.min(best, nsPerWork[i]);
    }
    return best * count;
  }
}
