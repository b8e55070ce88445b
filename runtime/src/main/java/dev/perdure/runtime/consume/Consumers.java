package dev.perdure.runtime.consume;

import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.SubscriptionModel;
import dev.perdure.runtime.wake.WakeListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The consumers of this node: of each subscription one in each shard that it leads. Thread-safe.
 */
public final class Consumers implements WakeListener, AutoCloseable {

  private static final long STOP_MS = 2_000;

  private final ConsumeParts parts;
  private final List<Running> running = new ArrayList<>();
  private boolean closed;

  private record Running(Consumer consumer, Thread thread) {}

  /** None yet. */
  public Consumers(ConsumeParts parts) {
    this.parts = parts;
  }

  @Override
  public void due(int shard, EntityAddress entity, long dueMicros) {
    // Records of subscriptions never want to be woken.
  }

  @Override
  public void leads(int shard, boolean leading) {
    if (shard == ClusterMap.SYSTEM_SHARD || parts.types().subscriptions().isEmpty()) {
      return;
    }
    synchronized (this) {
      running.removeIf(
          one -> {
            boolean over = one.consumer.shard() == shard;
            if (over) {
              one.consumer.close();
            }
            return over;
          });
      Shard here = parts.shards().apply(shard);
      if (leading && !closed && here != null) {
        parts.types().subscriptions().forEach(model -> begin(model, here));
      }
    }
  }

  private void begin(SubscriptionModel model, Shard shard) {
    Consumer consumer = new Consumer(parts, model, shard);
    Thread thread =
        Thread.ofVirtual()
            .name("subscription-" + model.name() + "-" + shard.number())
            .start(consumer);
    running.add(new Running(consumer, thread));
  }

  /** A record was changed by somebody else. */
  synchronized void poke(String subscription) {
    for (Running one : running) {
      if (one.consumer.name().equals(subscription)) {
        one.consumer.poke();
      }
    }
  }

  /** Figures of all that run here. */
  public List<SubscriptionFigures> figures() {
    List<Consumer> all;
    synchronized (this) {
      all = running.stream().map(Running::consumer).toList();
    }
    return all.stream()
        .map(Consumer::figures)
        .sorted(
            Comparator.comparing((SubscriptionFigures one) -> one.of().subscription())
                .thenComparingInt(one -> one.of().shard()))
        .toList();
  }

  @Override
  public void close() {
    List<Running> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(running);
      running.clear();
    }
    all.forEach(one -> one.consumer.close());
    try {
      for (Running one : all) {
        one.thread.join(java.time.Duration.ofMillis(STOP_MS / Math.max(1, all.size()) + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
