package dev.perdure.runtime.shard;

import java.time.Instant;

/**
 * Refuses to lead on a wall clock that is far behind the last time stamp: the shard's time would
 * stand still for as long, and nothing would expire.
 */
final class ClockGuard {

  private ClockGuard() {}

  /** Why this clock must not lead, empty if it may. */
  static String refusal(ShardParts parts) {
    long last = parts.state().meta().stamp();
    long wall = parts.clock().wallMicros();
    if (last - wall <= parts.limits().clockStepMax().toNanos() / 1000) {
      return "";
    }
    return "the wall clock says "
        + instant(wall)
        + ", but the last entry was written at "
        + instant(last)
        + "; correct the clock, or start with --accept-clock if the stored time is wrong";
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
