package dev.perdure.kernel;

/** Assertions that are always on. */
public final class Check {

  private Check() {}

  /** The caller's mistake. */
  public static void argument(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Our bug: stops the shard in which it is found, not the process. */
  public static void invariant(boolean holds, String message) {
    if (!holds) {
      throw new InvariantViolation(message);
    }
  }

  /** Our bug, with a value. */
  public static void invariant(boolean holds, String message, long value) {
    if (!holds) {
      throw new InvariantViolation(message + ": " + value);
    }
  }
}
