package dev.perdure.runtime.dispatch;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue that are ready: tenants take turns, one message each; of one tenant the
 * most urgent comes first, of these the oldest. So no tenant keeps another one waiting, neither by
 * many messages nor by urgent ones. Under the dispatcher's lock.
 *
 * <p>What is not ready any more is left out when it is come to.
 */
final class Ready {

  private static final Comparator<Held> ORDER =
      Comparator.<Held>comparingInt(one -> one.priority)
          .thenComparingLong(one -> one.sentAt)
          .thenComparing(one -> one.address.id());

  private final Map<String, PriorityQueue<Held>> tenants = new HashMap<>();
  private final Deque<String> turns = new ArrayDeque<>();

  void add(Held one) {
    String tenant = one.address.tenant();
    PriorityQueue<Held> all = tenants.get(tenant);
    if (all == null) {
      all = new PriorityQueue<>(4, ORDER);
      tenants.put(tenant, all);
      turns.add(tenant);
    }
    all.add(one);
  }

  /**
   * The next one, which is taken out; null if there is none.
   *
   * @param tenant whose; null for whose turn it is
   */
  @Nullable Held next(@Nullable String tenant) {
    if (tenant != null) {
      return of(tenant);
    }
    for (int i = turns.size(); i > 0; i--) {
      String turn = turns.remove();
      turns.add(turn);
      Held found = of(turn);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** True if there may be one; whoever takes it finds out. */
  boolean has(@Nullable String tenant) {
    return tenant == null ? !tenants.isEmpty() : tenants.containsKey(tenant);
  }

  private @Nullable Held of(String tenant) {
    PriorityQueue<Held> all = tenants.get(tenant);
    if (all == null) {
      return null;
    }
    Held found = all.poll();
    while (found != null && (found.kind != Held.Kind.READY || found.taken)) {
      found = all.poll();
    }
    if (all.isEmpty()) {
      tenants.remove(tenant);
      turns.remove(tenant);
    }
    return found;
  }
}
