package dev.perdure.runtime.shard;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** News for a shard's loop, in the order in which they were sent. Sent by any thread. */
final class Signals {

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  void add(Runnable signal) {
    waiting.add(signal);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes in what was sent; true if there was something. Loop thread. */
  boolean run() {
    boolean any = false;
    for (Runnable signal = waiting.poll(); signal != null; signal = waiting.poll()) {
      signal.run();
      any = true;
    }
    return any;
  }
}
