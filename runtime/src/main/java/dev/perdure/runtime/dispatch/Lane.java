package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.runtime.QueueFigures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What this node holds of one queue, and who waits for it. Under the dispatcher's lock. */
final class Lane {

  final Queue queue;
  final Ready ready = new Ready();
  final Rate rate = new Rate();
  private final Map<Integer, Counts> shards = new TreeMap<>();
  private final Map<String, Integer> ofTenants = new HashMap<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private int messages;
  private int leased;
  private int underWay;

  Lane(Queue queue) {
    this.queue = queue;
  }

  /** In one shard. */
  private static final class Counts {
    /** In the order in which they became ready. */
    final Set<Held> ready = new LinkedHashSet<>();

    long delayed;
    long leased;
    long dead;
    long replying;
    long leasedTotal;
    long ackedTotal;
    long returnedTotal;
    long diedTotal;
  }

  /** A thread that waits for a message of a tenant; null for any. */
  record Waiter(Thread thread, @Nullable String tenant) {}

  int messages() {
    return messages;
  }

  /** Leased, or about to be. */
  int leased() {
    return leased + underWay;
  }

  /** A lease of it is tried: nobody else is to. */
  void take(Held one) {
    one.taken = true;
    one.underWay = true;
    underWay++;
  }

  /** How that ended is known by now. */
  void tried(Held one) {
    one.taken = false;
    decided(one);
  }

  private void decided(Held one) {
    if (one.underWay) {
      one.underWay = false;
      underWay--;
    }
  }

  int ofTenant(String tenant) {
    return ofTenants.getOrDefault(tenant, 0);
  }

  /** A message waits for something else than before. */
  void place(Held one, Held.Kind kind) {
    happened(counts(one), one.kind, kind);
    move(one, kind);
  }

  /** A message is not held here any more though nothing happened to it; true. */
  boolean left(Held one) {
    move(one, Held.Kind.GONE);
    return true;
  }

  private Counts counts(Held one) {
    return shards.computeIfAbsent(one.shard, number -> new Counts());
  }

  private void move(Held one, Held.Kind kind) {
    Held.Kind before = one.kind;
    if (kind != Held.Kind.READY) {
      decided(one);
    }
    Counts counts = counts(one);
    count(counts, one, -1);
    if (before == Held.Kind.NEW) {
      messages++;
      ofTenants.merge(one.address.tenant(), 1, Integer::sum);
    }
    one.kind = kind;
    count(counts, one, 1);
    if (kind == Held.Kind.GONE) {
      messages--;
      ofTenants.merge(one.address.tenant(), -1, (a, b) -> a + b == 0 ? null : a + b);
    } else if (kind == Held.Kind.READY && before != Held.Kind.READY) {
      offer(one);
    }
  }

  /** Somebody may have it. */
  void offer(Held one) {
    if (one.taken) {
      return;
    }
    ready.add(one);
    for (Waiter waiter : waiters) {
      if (waiter.tenant == null || waiter.tenant.equals(one.address.tenant())) {
        waiters.remove(waiter);
        LockSupport.unpark(waiter.thread);
        return;
      }
    }
  }

  private void count(Counts counts, Held one, int by) {
    switch (one.kind) {
      case READY -> {
        if (by > 0) {
          counts.ready.add(one);
        } else {
          counts.ready.remove(one);
        }
      }
      case DELAYED -> counts.delayed += by;
      case LEASED -> {
        counts.leased += by;
        leased += by;
      }
      case DEAD -> counts.dead += by;
      case REPLYING -> counts.replying += by;
      case NEW, GONE -> {
        // counted nowhere
      }
    }
  }

  private static void happened(Counts counts, Held.Kind before, Held.Kind after) {
    boolean waits = before == Held.Kind.READY || before == Held.Kind.DELAYED;
    if (after == Held.Kind.LEASED && waits) {
      counts.leasedTotal++;
    }
    if (before == Held.Kind.LEASED) {
      switch (after) {
        case READY, DELAYED -> counts.returnedTotal++;
        case REPLYING, GONE -> counts.ackedTotal++;
        case DEAD -> counts.diedTotal++;
        case NEW, LEASED -> {
          // it goes on
        }
      }
    }
  }

  void await(Waiter waiter) {
    waiters.add(waiter);
  }

  void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  int waiting() {
    return waiters.size();
  }

  void wakeAll() {
    waiters.forEach(one -> LockSupport.unpark(one.thread));
    waiters.clear();
  }

  /** The shard is not led here any more, and nothing of it is held. */
  void forget(int shard) {
    shards.remove(shard);
  }

  List<QueueFigures> figures(long nowMicros) {
    List<QueueFigures> all = new ArrayList<>();
    shards.forEach(
        (shard, counts) -> {
          long oldest = counts.ready.isEmpty() ? 0 : nowMicros - counts.ready.iterator().next().due;
          all.add(
              new QueueFigures(
                  new QueueFigures.Of(queue.name(), shard),
                  new QueueFigures.Now(
                      counts.ready.size(),
                      counts.delayed,
                      counts.leased,
                      counts.dead,
                      counts.replying,
                      Math.max(0, oldest)),
                  new QueueFigures.Total(
                      counts.leasedTotal,
                      counts.ackedTotal,
                      counts.returnedTotal,
                      counts.diedTotal)));
        });
    return all;
  }
}
