package dev.perdure.example.cascade;

import java.time.Duration;

/**
 * What happens in a run, the same for every stack. Time zero is the end of the warm-up.
 *
 * @param shape who calls whom
 * @param fault what befalls the last service
 * @param times how long it is well, ill, and well again
 * @param rate calls of clients a second
 * @param seed of the moments at which they are due
 */
record Script(Shape shape, Fault fault, Times times, int rate, long seed) {

  /** How long a client waits for an answer. It does not ask again. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /**
   * The parts of a run.
   *
   * @param warmUp under load, not measured
   * @param calm everything works
   * @param ill the fault
   * @param after everything works again
   */
  record Times(Duration warmUp, Duration calm, Duration ill, Duration after) {

    long faultNs() {
      return calm.toNanos();
    }

    long healedNs() {
      return faultNs() + ill.toNanos();
    }

    long endNs() {
      return healedNs() + after.toNanos();
    }
  }
}
