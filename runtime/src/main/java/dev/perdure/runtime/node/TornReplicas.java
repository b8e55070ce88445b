package dev.perdure.runtime.node;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.shard.Shard;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas whose store could not be written: what they have in memory is not what their store has.
 * Each is opened anew from its disk, beside everything else, and later and later if that does not
 * help. One thread looks.
 */
final class TornReplicas {

  private static final Logger LOG = LoggerFactory.getLogger(TornReplicas.class);

  /** By then the engine has ended its part, which it does not while it is being closed. */
  private static final long GRACE_NS = 2_000_000_000L;

  private static final long PAUSE_MAX_NS = 120_000_000_000L;

  /** One that fails again sooner was not mended. */
  private static final long MENDED_NS = 60_000_000_000L;

  private final ReplicaSet replicas;
  private final BiConsumer<Shard, String> damaged;
  private final Map<Integer, Torn> torn = new ConcurrentHashMap<>();
  private final Map<Integer, Pause> pauses = new ConcurrentHashMap<>();

  /** A replica as it failed; it may have been replaced since. */
  private record Torn(Shard shard, boolean busy) {}

  private record Pause(long ns, long untilNs) {}

  TornReplicas(ReplicaSet replicas, BiConsumer<Shard, String> damaged) {
    this.replicas = replicas;
    this.damaged = damaged;
  }

  /** Takes note of those that have failed; true if there is one. */
  boolean look(long nowNs) {
    for (Shard shard : replicas.all()) {
      if (shard.storeFailed() && torn.putIfAbsent(shard.number(), new Torn(shard, false)) == null) {
        pause(shard.number(), nowNs);
      }
    }
    return any();
  }

  boolean any() {
    return !torn.isEmpty();
  }

  private void pause(int shard, long nowNs) {
    Pause last = pauses.get(shard);
    long pauseNs =
        last != null && nowNs - last.untilNs < MENDED_NS
            ? Math.min(PAUSE_MAX_NS, 2 * last.ns)
            : GRACE_NS;
    pauses.put(shard, new Pause(pauseNs, nowNs + pauseNs));
  }

  /** Begins to open those anew whose time has come. */
  void reload(long nowNs) {
    torn.forEach(
        (number, one) -> {
          Pause pause = pauses.get(number);
          boolean due = pause == null || nowNs - pause.untilNs >= 0;
          if (due && !one.busy && torn.replace(number, one, new Torn(one.shard, true))) {
            Thread.ofPlatform()
                .daemon()
                .name("reopen-shard-" + number)
                .start(() -> reload(number, one.shard, nowNs));
          }
        });
  }

  private void reload(int number, Shard shard, long nowNs) {
    try {
      replicas.reload(shard);
      torn.remove(number);
    } catch (CorruptionException | StartException e) {
      LOG.error("{}", e.getMessage());
      torn.remove(number);
      Shard there = replicas.get(number);
      damaged.accept(there == null ? shard : there, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("shard {}: its store could not be opened anew", number, e);
      pause(number, nowNs);
      // What was opened half-way stands there now.
      Shard there = replicas.get(number);
      torn.put(number, new Torn(there == null ? shard : there, false));
    }
  }
}
