package dev.perdure.runtime.fair;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits of one tenant in one rank: taken by deadline, or the newest first. Whatever is chosen,
 * the oldest of its key goes in its place.
 *
 * <p>As long as deadlines come in the order of arrival, which they do while callers name none, one
 * queue serves both; a heap is made when the first one comes out of order. What is taken from one
 * order stays in the other until it comes to its end, or until half of it is such remains.
 */
final class TenantQueue<W extends Work> {

  private static final int REMAINS_MIN = 64;

  private final String tenant;
  private final ArrayDeque<Entry<W>> arrivals = new ArrayDeque<>();
  private final Map<Object, ArrayDeque<Entry<W>>> lines = new HashMap<>();
  private @Nullable PriorityQueue<Entry<W>> byDeadline;
  private int size;

  /** What is left of its turn; see {@link RankQueue}. */
  int turn;

  TenantQueue(String tenant) {
    this.tenant = tenant;
  }

  String tenant() {
    return tenant;
  }

  int size() {
    return size;
  }

  void add(W work, long nowNs, long number) {
    ArrayDeque<Entry<W>> line = lines.computeIfAbsent(work.key(), any -> new ArrayDeque<>(1));
    Entry<W> entry = new Entry<>(work, nowNs, number, line);
    if (byDeadline == null && comesOutOfOrder(entry)) {
      byDeadline = new PriorityQueue<>(Math.max(16, size + 1), Entry::compare);
      for (Entry<W> other : arrivals) {
        if (!other.gone) {
          byDeadline.add(other);
        }
      }
    }
    if (byDeadline != null) {
      byDeadline.add(entry);
    }
    line.add(entry);
    arrivals.add(entry);
    size++;
  }

  private boolean comesOutOfOrder(Entry<W> entry) {
    return size > 0 && Entry.compare(entry, arrivals.getLast()) < 0;
  }

  /** How many of those that wait have a deadline before this one's; at least, if not exactly. */
  int aheadOf(W work) {
    boolean last =
        size > 0
            && byDeadline == null
            && work.deadlineNs() - arrivals.getLast().work.deadlineNs() >= 0;
    return last ? size : 0;
  }

  /** The cost of what {@link #take} would give. */
  int nextCost(boolean newest) {
    return chosen(newest).line.getFirst().work.cost();
  }

  /** Takes one; there must be one. */
  W take(boolean newest) {
    Entry<W> taken = chosen(newest).line.getFirst();
    remove(taken);
    return taken.work;
  }

  private Entry<W> chosen(boolean newest) {
    if (newest) {
      return arrivals.getLast();
    }
    return byDeadline == null ? arrivals.getFirst() : byDeadline.element();
  }

  /** Takes out what has waited since before a time; the oldest of all come first. */
  void removeArrivedBefore(long timeNs, Consumer<W> removed) {
    while (size > 0 && arrivals.getFirst().arrivedNs - timeNs < 0) {
      Entry<W> oldest = arrivals.getFirst();
      remove(oldest);
      removed.accept(oldest.work);
    }
  }

  /** Takes out what nobody waits for. */
  void removeEnded() {
    for (Entry<W> entry : arrivals.stream().filter(e -> !e.gone && e.work.ended()).toList()) {
      remove(entry);
    }
  }

  void forEach(Consumer<W> action) {
    for (Entry<W> entry : arrivals) {
      if (!entry.gone) {
        action.accept(entry.work);
      }
    }
  }

  private void remove(Entry<W> entry) {
    entry.gone = true;
    size--;
    entry.line.remove(entry); // it is the first one, but for what has ended
    if (entry.line.isEmpty()) {
      lines.remove(entry.work.key());
    }
    trim();
  }

  /** Both ends are always there to be taken; what is gone never outnumbers what is there. */
  private void trim() {
    if (size == 0) {
      arrivals.clear();
      byDeadline = null;
      return;
    }
    while (arrivals.getFirst().gone) {
      arrivals.removeFirst();
    }
    while (arrivals.getLast().gone) {
      arrivals.removeLast();
    }
    if (arrivals.size() > 2 * size + REMAINS_MIN) {
      arrivals.removeIf(entry -> entry.gone);
    }
    PriorityQueue<Entry<W>> heap = byDeadline;
    if (heap == null) {
      return;
    }
    while (heap.element().gone) {
      heap.remove();
    }
    if (heap.size() > 2 * size + REMAINS_MIN) {
      heap.removeIf(entry -> entry.gone);
    }
  }
}
