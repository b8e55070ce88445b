package dev.perdure.testkit.check;

import dev.perdure.api.Delivery;
import java.util.List;

/** What a subscription's handler was given, and what became of it. One thread. */
public final class Handed {

  private final long run;
  private final List<Delivery<?>> batch;
  private final long begun;
  private long ended = Long.MAX_VALUE;
  private boolean done;
  private boolean refused;

  /**
   * A handler begins.
   *
   * @param run names the consumer that gave it
   * @param begun the world's order
   */
  public Handed(long run, List<? extends Delivery<?>> batch, long begun) {
    this.run = run;
    this.batch = List.copyOf(batch);
    this.begun = begun;
  }

  /** It has handled them. */
  public void done(long at) {
    ended = at;
    done = true;
  }

  /**
   * It threw.
   *
   * @param forEver true if it said that nothing will ever come of it
   */
  public void failed(long at, boolean forEver) {
    ended = at;
    refused = forEver;
  }

  long run() {
    return run;
  }

  List<Delivery<?>> batch() {
    return batch;
  }

  long begun() {
    return begun;
  }

  boolean doneBefore(long at) {
    return done && ended < at;
  }

  boolean failedBefore(long at) {
    return !done && ended < at;
  }

  boolean refusedBefore(long at) {
    return refused && ended < at;
  }
}
