package dev.perdure.runtime.watch;

import dev.perdure.kernel.Check;
import java.time.Duration;

/**
 * From where on something is wrong.
 *
 * @param acts false to say only what is found
 * @param force median time to force a log to disk; a hundredth may take four times as long
 * @param pauses of the process within ten seconds, added up
 * @param queue how long what waits in a shard has to wait
 * @param clock difference of the wall clock from most nodes'
 * @param leak how soon something that grows would reach its limit
 * @param threads of the platform
 */
public record Bounds(
    boolean acts,
    Duration force,
    Duration pauses,
    Duration queue,
    Duration clock,
    Duration leak,
    int threads) {

  public Bounds {
    Check.argument(
        positive(force)
            && positive(pauses)
            && positive(queue)
            && positive(clock)
            && positive(leak)
            && threads > 0,
        "bounds of the watch must be above zero");
  }

  private static boolean positive(Duration bound) {
    return bound.compareTo(Duration.ZERO) > 0;
  }

  /** What holds unless it is configured. */
  public static Bounds defaults() {
    return new Bounds(
        true,
        Duration.ofMillis(500),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofMinutes(1),
        Duration.ofMinutes(30),
        4_096);
  }

  public Bounds withActs(boolean other) {
    return new Bounds(other, force, pauses, queue, clock, leak, threads);
  }

  public Bounds withForce(Duration other) {
    return new Bounds(acts, other, pauses, queue, clock, leak, threads);
  }

  public Bounds withPauses(Duration other) {
    return new Bounds(acts, force, other, queue, clock, leak, threads);
  }

  public Bounds withThreads(int other) {
    return new Bounds(acts, force, pauses, queue, clock, leak, other);
  }

  public Bounds withClock(Duration other) {
    return new Bounds(acts, force, pauses, queue, other, leak, threads);
  }
}
