package dev.perdure.example.ledger.http;

import java.time.Duration;

/**
 * How often and how long to repeat.
 *
 * @param first the pause after the first failure; doubles with each further one
 * @param longest the longest pause
 * @param giveUpAfter how long nothing may succeed
 */
public record Patience(Duration first, Duration longest, Duration giveUpAfter) {

  private static final int DOUBLINGS_MAX = 16;

  /** 25 ms doubling to 1 s. */
  public static Patience of(Duration giveUpAfter) {
    return new Patience(Duration.ofMillis(25), Duration.ofSeconds(1), giveUpAfter);
  }

  /**
   * The pause before an attempt, in milliseconds.
   *
   * @param failures failures in a row, at least 1
   * @param spread from 0 to 1, so that many callers do not come back at once
   */
  long pauseMs(int failures, double spread) {
    long full = first.toMillis() << Math.min(failures - 1, DOUBLINGS_MAX);
    long capped = Math.min(full, longest.toMillis());
    return Math.max(1, (long) (capped * (0.5 + spread / 2)));
  }
}
