package dev.perdure.runtime.node;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.drive.Quota;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many sagas of each tenant are under way in the shards that this node leads. Nothing is
 * counted while all that wait there, of whatever kind, are fewer than the limit. Beyond it the
 * index of wakes is counted now and then, on a thread of its own and for at most a twentieth of the
 * time; what begins and ends between is added. Thread-safe.
 */
final class SagaCounts implements Quota {

  private static final int PAGE = 1_000;
  private static final int REST_FACTOR = 20;
  private static final long REST_LEAST_NS = 1_000_000_000L;
  private static final byte[] BEGINNING = {};

  private final TypeRegistry types;
  private final Wakes wakes;
  private final Supplier<List<Shard>> leading;
  private final Clock clock;
  private final long max;
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final AtomicBoolean counting = new AtomicBoolean();
  private volatile long againNs;
  private volatile boolean counted;

  SagaCounts(Of of, Supplier<List<Shard>> leading, long max) {
    this.types = of.types;
    this.wakes = of.wakes;
    this.clock = of.clock;
    this.leading = leading;
    this.max = max;
    this.againNs = clock.monotonicNs();
  }

  /** What it counts in. */
  record Of(TypeRegistry types, Wakes wakes, Clock clock) {}

  @Override
  public @Nullable String refusal(EntityAddress saga) {
    if (all() < max) {
      return null;
    }
    if (clock.monotonicNs() - againNs >= 0 && counting.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::count);
    }
    long now = counted ? of(saga).get() : 0;
    return now < max
        ? null
        : "tenant '"
            + saga.tenant()
            + "' has "
            + now
            + " sagas under way in the shards of this node, at most "
            + max
            + " are allowed";
  }

  private long all() {
    long all = 0;
    for (Shard shard : leading.get()) {
      all += shard.parts().state().wakes().size();
    }
    return all;
  }

  private AtomicLong of(EntityAddress saga) {
    return counts.computeIfAbsent(saga.tenant(), tenant -> new AtomicLong());
  }

  private void count() {
    long from = clock.monotonicNs();
    try {
      Map<String, Long> found = new HashMap<>();
      for (Shard shard : leading.get()) {
        byte[] next = BEGINNING;
        do {
          Wakes.Page page = wakes.unfinished(shard.number(), next, PAGE);
          for (Wakes.Pending one : page.pending()) {
            if (types.saga(one.entity().type()) != null) {
              found.merge(one.entity().tenant(), 1L, Long::sum);
            }
          }
          next = page.next();
        } while (next.length > 0);
      }
      counts.keySet().forEach(tenant -> found.putIfAbsent(tenant, 0L));
      found.forEach((tenant, n) -> counts.put(tenant, new AtomicLong(n)));
      counted = true;
    } finally {
      long took = clock.monotonicNs() - from;
      againNs = clock.monotonicNs() + Math.max(REST_LEAST_NS, took * REST_FACTOR);
      counting.set(false);
    }
  }

  @Override
  public void begun(EntityAddress saga) {
    if (counted) {
      of(saga).incrementAndGet();
    }
  }

  @Override
  public void ended(EntityAddress saga) {
    if (counted) {
      of(saga).decrementAndGet();
    }
  }
}
