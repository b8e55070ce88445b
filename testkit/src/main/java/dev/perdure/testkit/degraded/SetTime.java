package dev.perdure.testkit.degraded;

import dev.perdure.kernel.Clock;
import java.time.Duration;

/** A clock that stands still until a trial moves it. Only for the trial's thread. */
final class SetTime implements Clock {

  private long nowNs = Duration.ofDays(1).toNanos();

  @Override
  public long wallMicros() {
    return nowNs / 1_000;
  }

  @Override
  public long monotonicNs() {
    return nowNs;
  }

  void pass(Duration time) {
    nowNs += time.toNanos();
  }
}
