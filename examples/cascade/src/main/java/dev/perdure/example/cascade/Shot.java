package dev.perdure.example.cascade;

/**
 * One call of a client.
 *
 * @param dueNs when it was due, counted from time zero; less than zero in the warm-up
 * @param tookNs from when it was due to its end
 * @param outcome how it ended
 */
record Shot(long dueNs, long tookNs, Outcome outcome) {

  /** How a call ends; exactly one holds. */
  enum Outcome {
    /** Answered in time, with everything. */
    WHOLE,
    /** Answered in time, without what can be done without. */
    PARTIAL,
    /** Answered that it failed. */
    FAILED,
    /** Not answered while the client waited. */
    GAVE_UP,
    /** Never sent: too many were waiting already. */
    UNSENT;

    boolean good() {
      return this == WHOLE || this == PARTIAL;
    }
  }
}
