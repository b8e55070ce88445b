package dev.perdure.runtime;

import java.time.Instant;

/** Refuses to start on a wall clock that is far behind the last time stamp. */
final class ClockGuard {

  private ClockGuard() {}

  static void check(NodeOptions options, long lastStampMicros) {
    long behind = lastStampMicros - options.clock().wallMicros();
    long allowed = options.limits().clockStepMax().toNanos() / 1000;
    if (behind > allowed && !options.acceptClock()) {
      throw new StartException(
          "the wall clock says "
              + instant(options.clock().wallMicros())
              + ", but the data directory was last written at "
              + instant(lastStampMicros)
              + "; correct the clock, or start with --accept-clock if the stored time is wrong");
    }
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
