package dev.perdure.testkit.degraded;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A node's clock whose wall a trial puts ahead, so that what is old is given up at once. */
final class MovedClock implements Clock {

  private final AtomicLong aheadMicros = new AtomicLong();

  @Override
  public long wallMicros() {
    return Clock.system().wallMicros() + aheadMicros.get();
  }

  @Override
  public long monotonicNs() {
    return Clock.system().monotonicNs();
  }

  void ahead(Duration time) {
    aheadMicros.addAndGet(time.toSeconds() * 1_000_000 + time.toNanosPart() / 1_000);
  }
}
