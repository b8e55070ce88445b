package dev.perdure.bench.load;

/** Keeps a number of callers busy in a closed loop. */
public interface Callers {

  /**
   * Runs one phase to its end and returns when every caller has stopped.
   *
   * @throws InterruptedException when the calling thread was interrupted; callers are stopped first
   */
  Tally run(Phase phase) throws InterruptedException;
}
