package dev.perdure.kernel;

/** The two clocks. Everything else takes time as a parameter. Implementations are thread-safe. */
public interface Clock {

  /** Wall clock: microseconds since 1970-01-01T00:00Z. May jump. */
  long wallMicros();

  /** Monotonic clock in nanoseconds from an arbitrary origin. Never goes back. */
  long monotonicNs();

  /** The machine's clocks. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
