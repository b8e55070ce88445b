package dev.perdure.runtime.shard;

/**
 * The shard's time: microseconds since 1970 that only rise. A leader starts from the wall clock or
 * the last applied stamp, whichever is later, and then advances by the monotonic clock. Changed by
 * the loop's thread, read by any.
 */
final class Stamps {

  private final ShardParts parts;
  private volatile long last;
  private volatile Base base;

  /** The time at a reading of the monotonic clock. */
  private record Base(long micros, long ns) {}

  Stamps(ShardParts parts) {
    this.parts = parts;
    this.last = parts.state().meta().stamp();
    this.base = new Base(last, parts.clock().monotonicNs());
  }

  /** A new leadership begins; {@code applied} is the last applied stamp. */
  void lead(long applied) {
    last = Math.max(last, applied);
    long micros = Math.max(last + 1, parts.clock().wallMicros());
    base = new Base(micros, parts.clock().monotonicNs());
  }

  void applied(long stamp) {
    last = Math.max(last, stamp);
  }

  /** The time now, without taking it. */
  long now() {
    if (parts.has(PlantedBug.STAMP_FROM_WALL_CLOCK)) {
      return parts.clock().wallMicros();
    }
    Base from = base;
    return Math.max(last + 1, from.micros + (parts.clock().monotonicNs() - from.ns) / 1000);
  }

  /** The next batch's stamp. */
  long next() {
    last = now();
    return last;
  }
}
