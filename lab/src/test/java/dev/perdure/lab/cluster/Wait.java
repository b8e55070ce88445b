package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.load.Stop;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for conditions, with a deadline. */
public final class Wait {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Wait() {}

  /** Until it holds. */
  public static void until(String what, BooleanSupplier condition) {
    Stop pause = new Stop();
    long untilNs = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > untilNs) {
        throw new AssertionError("not within " + LONGEST.toSeconds() + " s: " + what);
      }
      pause.await(20);
    }
  }
}
