package dev.perdure.example.loans.replay;

import java.time.Duration;

/**
 * How a replay goes.
 *
 * @param concurrency batches under way at a time, 1 to 64
 * @param cases that go on together in one batch, 1 to 256
 * @param casesMax ends after so many cases; {@link Integer#MAX_VALUE} for all
 * @param giveUpAfter how long a node may not do what it is asked for
 */
public record ReplayOptions(int concurrency, int cases, int casesMax, Duration giveUpAfter) {

  public ReplayOptions {
    check("concurrency", concurrency, 64);
    check("cases", cases, 256);
    check("the number of cases", casesMax, Integer.MAX_VALUE);
  }

  private static void check(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "%s is %d; a number from 1 to %d is needed".formatted(name, value, max));
    }
  }
}
