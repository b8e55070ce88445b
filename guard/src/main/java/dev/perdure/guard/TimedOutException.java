package dev.perdure.guard;

import java.time.Duration;

/** A call gave no answer in time: it may have been done. */
public final class TimedOutException extends GuardException {
  private static final long serialVersionUID = 1;

  private final Duration after;

  TimedOutException(String dependency, long afterNs, int attempts) {
    super(
        dependency,
        dependency
            + ": no answer in "
            + afterNs / 1_000_000
            + " ms"
            + (attempts == 1 ? "" : ", the last of " + attempts + " attempts"));
    this.after = Duration.ofNanos(afterNs);
  }

  /** How long the last attempt was waited for. */
  public Duration after() {
    return after;
  }
}
