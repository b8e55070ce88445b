package dev.perdure.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions. */
public final class Wait {

  private static final long DEADLINE_NS = 90_000_000_000L;
  private static final long LOOK_NS = 10_000_000;

  private Wait() {}

  /** Until it holds; one that cannot be asked does not hold yet. */
  public static void until(String what, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + DEADLINE_NS;
    String last = "";
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        last = e.toString();
      }
      assertThat(System.nanoTime() - deadline).as("%s, in time (%s)", what, last).isNegative();
      LockSupport.parkNanos(LOOK_NS);
    }
  }
}
