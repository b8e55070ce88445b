package dev.perdure.runtime.watch;

import dev.perdure.kernel.Check;
import java.time.Duration;

/**
 * From where on something is wrong.
 *
 * @param acts false to say only what is found
 * @param force median time to force a log to disk; a hundredth may take four times as long
 * @param pauses of the process within ten seconds, added up
 * @param loop how long the loop of a shard has not turned
 * @param queue how long what waits in a shard has to wait
 * @param clock difference of the wall clock from most nodes'
 * @param leak how soon something that grows would reach its limit
 * @param threads of the platform
 */
public record Bounds(
    boolean acts,
    Duration force,
    Duration pauses,
    Duration loop,
    Duration queue,
    Duration clock,
    Duration leak,
    int threads) {

  /** A loop turns many times a second, whether it has something to do or not. */
  private static final Duration LOOP = Duration.ofSeconds(5);

  public Bounds {
    Check.argument(
        positive(force)
            && positive(pauses)
            && positive(loop)
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
        LOOP,
        Duration.ofSeconds(2),
        Duration.ofMinutes(1),
        Duration.ofMinutes(30),
        4_096);
  }

  /**
   * What follows from the limits of a node.
   *
   * @param clockStepMax how far clocks may differ
   * @param decideTimeMax how long user code may keep a loop; it may stand still for twice as long
   */
  public Bounds withLimits(Duration clockStepMax, Duration decideTimeMax) {
    Duration twice = decideTimeMax.multipliedBy(2);
    Duration longest = twice.compareTo(LOOP) > 0 ? twice : LOOP;
    return new Bounds(acts, force, pauses, longest, queue, clockStepMax, leak, threads);
  }

  public Bounds withActs(boolean other) {
    return new Bounds(other, force, pauses, loop, queue, clock, leak, threads);
  }

  public Bounds withForce(Duration other) {
    return new Bounds(acts, other, pauses, loop, queue, clock, leak, threads);
  }

  public Bounds withPauses(Duration other) {
    return new Bounds(acts, force, other, loop, queue, clock, leak, threads);
  }

  public Bounds withThreads(int other) {
    return new Bounds(acts, force, pauses, loop, queue, clock, leak, other);
  }
}
