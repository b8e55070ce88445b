package dev.perdure.runtime.shard;

/**
 * The shard's time: microseconds since 1970 that only rise. A leader starts from the wall clock or
 * the last applied stamp, whichever is later, and then advances by the monotonic clock. Loop
 * thread.
 */
final class Stamps {

  private final ShardParts parts;
  private long last;
  private long baseMicros;
  private long baseNs;

  Stamps(ShardParts parts) {
    this.parts = parts;
    this.last = parts.state().meta().stamp();
    this.baseMicros = last;
    this.baseNs = parts.clock().monotonicNs();
  }

  /** A new leadership begins; {@code applied} is the last applied stamp. */
  void lead(long applied) {
    last = Math.max(last, applied);
    baseMicros = Math.max(last + 1, parts.clock().wallMicros());
    baseNs = parts.clock().monotonicNs();
  }

  void applied(long stamp) {
    last = Math.max(last, stamp);
  }

  /** The time now, without taking it. */
  long now() {
    if (parts.has(PlantedBug.STAMP_FROM_WALL_CLOCK)) {
      return parts.clock().wallMicros();
    }
    return Math.max(last + 1, baseMicros + (parts.clock().monotonicNs() - baseNs) / 1000);
  }

  /** The next batch's stamp. */
  long next() {
    last = now();
    return last;
  }
}
