package dev.perdure.runtime.fair;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits in one rank: tenants take turns (deficit round robin, Shreedhar and Varghese 1995). In
 * its turn a tenant is served work of {@link #TURN}; what costs more than is left of a turn waits
 * for the next, and what is left is kept for it. So a tenant delays another by one turn, however
 * much of it waits.
 */
final class RankQueue<W extends Work> {

  /** At least the highest cost, so that in each turn something is served. */
  static final int TURN = 8;

  /** With more it would cost too much to know exactly how long a wait will be. */
  private static final int TENANTS_LOOKED_AT = 32;

  private final Map<String, TenantQueue<W>> tenants = new HashMap<>();
  private final ArrayDeque<TenantQueue<W>> turns = new ArrayDeque<>();
  private int size;

  int size() {
    return size;
  }

  int sizeOf(String tenant) {
    TenantQueue<W> queue = tenants.get(tenant);
    return queue == null ? 0 : queue.size();
  }

  void add(W work, long nowNs, long number) {
    TenantQueue<W> queue = tenants.get(work.tenant());
    if (queue == null) {
      queue = new TenantQueue<>(work.tenant());
      tenants.put(work.tenant(), queue);
      turns.add(queue);
    }
    queue.add(work, nowNs, number);
    size++;
  }

  /** How many are served before this one would be, at least. */
  int aheadOf(W work) {
    TenantQueue<W> queue = tenants.get(work.tenant());
    int own = queue == null ? 0 : queue.aheadOf(work);
    int ahead = own;
    if (own == 0 || turns.size() > TENANTS_LOOKED_AT) {
      return own;
    }
    for (TenantQueue<W> other : turns) {
      ahead += other == queue ? 0 : Math.min(other.size(), own);
    }
    return ahead;
  }

  /** Takes the next one; null if there is none. */
  @Nullable W take(boolean newest) {
    TenantQueue<W> first = turns.peekFirst();
    while (first != null) {
      if (first.turn == 0) {
        first.turn = TURN;
      }
      int cost = Math.clamp(first.nextCost(newest), 1, TURN);
      if (cost > first.turn) {
        // What is left is kept by serving it with the next turn's.
        first.turn += TURN;
        turns.addLast(turns.removeFirst());
        first = turns.getFirst();
        continue;
      }
      W work = first.take(newest);
      size--;
      first.turn -= cost;
      if (first.size() == 0) {
        forget(first);
      } else if (first.turn == 0) {
        turns.addLast(turns.removeFirst());
      }
      return work;
    }
    return null;
  }

  private void forget(TenantQueue<W> queue) {
    turns.remove(queue);
    tenants.remove(queue.tenant());
  }

  /** Takes out what has waited since before a time. */
  void removeArrivedBefore(long timeNs, Consumer<W> removed) {
    change(queue -> queue.removeArrivedBefore(timeNs, removed));
  }

  /** Takes out what nobody waits for. */
  void removeEnded() {
    change(TenantQueue::removeEnded);
  }

  private void change(Consumer<TenantQueue<W>> change) {
    for (TenantQueue<W> queue : List.copyOf(turns)) {
      int before = queue.size();
      change.accept(queue);
      size -= before - queue.size();
      if (queue.size() == 0) {
        forget(queue);
      }
    }
  }

  void forEach(Consumer<W> action) {
    turns.forEach(queue -> queue.forEach(action));
  }
}
