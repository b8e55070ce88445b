package dev.perdure.runtime.saga;

/**
 * Bounds of one saga.
 *
 * @param steps how many
 * @param resultBytes of one step, of the input, and of a signal
 * @param totalBytes of all that it keeps
 * @param signals kept at once
 */
public record SagaLimits(int steps, int resultBytes, int totalBytes, int signals) {

  private static final int KIB = 1024;

  /** What fits into an entity's state. */
  public static SagaLimits defaults() {
    return new SagaLimits(1_000, 16 * KIB, 128 * KIB, 100);
  }
}
