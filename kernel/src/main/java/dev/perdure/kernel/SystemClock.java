package dev.perdure.kernel;

import java.time.Instant;

/** The one place that reads the machine's clocks. */
enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long wallMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
  }

  @Override
  public long monotonicNs() {
    return System.nanoTime();
  }
}
