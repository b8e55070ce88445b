package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import dev.perdure.runtime.fair.Work;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Brief requests under way, by priority. Thread-safe. */
final class UnderWay {

  private final AtomicIntegerArray counts = new AtomicIntegerArray(Work.RANKS);

  /**
   * Begins one; gives how many are under way that matter as much or more, this one among them. What
   * matters less takes nothing from what matters more: it will not be followed by others.
   */
  int begin(Priority priority) {
    int all = counts.incrementAndGet(rank(priority));
    for (int i = 0; i < rank(priority); i++) {
      all += counts.get(i);
    }
    return all;
  }

  void end(Priority priority) {
    counts.getAndDecrement(rank(priority));
  }

  private static int rank(Priority priority) {
    return Work.rankOf(priority.urgency());
  }

  int all() {
    int all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    return all;
  }
}
