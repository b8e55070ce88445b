package dev.perdure.guard.policy;

import java.time.Duration;

/**
 * How long a call may take.
 *
 * @param total all attempts and the pauses between them; default 3 s. An inherited deadline that is
 *     nearer wins
 * @param attempt one attempt; default 1 s
 * @param isolation on whose thread an attempt runs; default the caller's
 */
public record Deadlines(Duration total, Duration attempt, Isolation isolation) {

  /** On whose thread an attempt runs. */
  public enum Isolation {
    /** The caller's own, which is interrupted when the time is over. Costs nothing. */
    CALLER,
    /**
     * A virtual thread for each attempt, so that the caller goes on in time even if the code heeds
     * no interrupt. What does not end keeps its permit.
     */
    DETACHED
  }

  /** Checks the ranges. */
  public Deadlines {
    Range.check("deadline.total", total, Duration.ofMillis(1), Policy.LONGEST);
    Range.check("deadline.attempt", attempt, Duration.ofMillis(1), Policy.LONGEST);
  }

  /** 3 s, 1 s, on the caller's thread. */
  public static Deadlines defaults() {
    return of(Duration.ofSeconds(3), Duration.ofSeconds(1));
  }

  /** On the caller's thread. */
  public static Deadlines of(Duration total, Duration attempt) {
    return new Deadlines(total, attempt, Isolation.CALLER);
  }

  /** The same times with another isolation. */
  public Deadlines isolated(Isolation other) {
    return new Deadlines(total, attempt, other);
  }
}
