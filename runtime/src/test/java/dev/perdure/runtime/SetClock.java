package dev.perdure.runtime;

import dev.perdure.kernel.Clock;

/** The machine's clocks, set otherwise by a test. */
final class SetClock implements Clock {

  private static final Clock SYSTEM = Clock.system();
  private static final String WATCH = "node-self-watch";

  private volatile long aheadMicros;
  private volatile long oversleepNs;

  @Override
  public long wallMicros() {
    return SYSTEM.wallMicros() + aheadMicros;
  }

  @Override
  public long monotonicNs() {
    return SYSTEM.monotonicNs();
  }

  /** The node's watch of itself sleeps too long, as in a process that stands still. */
  @Override
  public void parkNanos(long ns) {
    long late = 0;
    if (Thread.currentThread().getName().equals(WATCH)) {
      late = oversleepNs;
      oversleepNs = 0;
    }
    long untilNs = monotonicNs() + ns + late;
    do {
      SYSTEM.parkNanos(untilNs - monotonicNs());
    } while (late > 0 && monotonicNs() - untilNs < 0);
  }

  /** The wall clock is ahead of the machine's. */
  void ahead(long micros) {
    aheadMicros = micros;
  }

  /** Once. */
  void oversleep(long ns) {
    oversleepNs = ns;
  }
}
