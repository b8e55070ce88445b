package dev.perdure.journal.tls;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Begins now and goes on when it is told to. */
final class HandClock implements Clock {

  private final Instant start = Instant.now();
  private final AtomicLong ns = new AtomicLong();

  void advance(Duration by) {
    ns.addAndGet(by.toNanos());
  }

  @Override
  public long wallMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, start.plusNanos(ns.get()));
  }

  @Override
  public long monotonicNs() {
    return ns.get();
  }
}
