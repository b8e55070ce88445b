package dev.perdure.guard.policy;

import java.time.Duration;

/** Checks of values, with one form of message: what, the value, what is allowed. */
final class Range {
  private Range() {}

  static void check(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " is " + value + "; allowed is " + least + " to " + most);
    }
  }

  static void check(String what, double value, double least, double most) {
    // Written so that what is no number is refused too.
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          what + " is " + text(value) + "; allowed is " + text(least) + " to " + text(most));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static void check(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          what + " is " + text(value) + "; allowed is " + text(least) + " to " + text(most));
    }
  }

  private static String text(Duration value) {
    if (value.toNanos() % 1_000_000 != 0) {
      return value.toNanos() + "ns";
    }
    long ms = value.toMillis();
    if (ms % 3_600_000 == 0 && ms != 0) {
      return ms / 3_600_000 + "h";
    }
    if (ms % 60_000 == 0 && ms != 0) {
      return ms / 60_000 + "m";
    }
    return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }
}
