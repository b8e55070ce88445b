package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Brief requests under way, by priority. Thread-safe. */
final class UnderWay {

  private final AtomicIntegerArray counts = new AtomicIntegerArray(Priority.values().length);

  /**
   * Begins one; gives how many are under way that matter as much or more, this one among them. What
   * matters less takes nothing from what matters more: it will not be followed by others.
   */
  int begin(Priority priority) {
    int all = counts.incrementAndGet(priority.ordinal());
    for (int i = 0; i < priority.ordinal(); i++) {
      all += counts.get(i);
    }
    return all;
  }

  void end(Priority priority) {
    counts.getAndDecrement(priority.ordinal());
  }

  int all() {
    int all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    return all;
  }
}
