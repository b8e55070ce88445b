package dev.perdure.testkit.sim;

import dev.perdure.kernel.Clock;

/** One machine's clocks over virtual time: the wall clock jumps and drifts, the other does not. */
public final class VirtualClock implements Clock {

  private static final long EPOCH_MICROS = 1_767_225_600_000_000L;

  private final Scheduler time;
  private final long originNs;
  private final long driftPpm;
  private long wallOffsetMicros;

  /** A machine's clocks, wrong by chance. */
  public VirtualClock(Scheduler time, Chance chance) {
    this.time = time;
    this.originNs = chance.between(-1L << 40, 1L << 40);
    this.driftPpm = chance.between(-500, 500);
    this.wallOffsetMicros = chance.between(-200_000, 200_000);
  }

  @Override
  public long wallMicros() {
    long micros = time.nowNs() / 1000;
    return EPOCH_MICROS + micros + micros / 1000 * driftPpm / 1000 + wallOffsetMicros;
  }

  @Override
  public long monotonicNs() {
    return originNs + time.nowNs();
  }

  @Override
  public void parkNanos(long ns) {
    time.park(ns);
  }

  /** The wall clock is set. */
  public void jump(long micros) {
    wallOffsetMicros += micros;
  }
}
