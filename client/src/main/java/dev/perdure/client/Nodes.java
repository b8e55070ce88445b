package dev.perdure.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which node to send a request to: the slot's leader as the newest map says, else any. The map is
 * asked for when an answer says that it is old, when a node fails, and now and then; at most once a
 * second. Thread-safe.
 */
final class Nodes {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long AGE_MAX_NS = 30 * SECOND_NS;
  private static final long OLDER_AFTER_NS = 60 * SECOND_NS;
  private static final long AVOIDED_NS = SECOND_NS;
  private static final Duration ASK_MAX = Duration.ofSeconds(1);
  private static final Transport.Request ASK =
      new Transport.Request("GET", "/v1/cluster", List.of(), new byte[0]);

  private final List<URI> seeds;
  private final Transport transport;
  private final AtomicInteger next = new AtomicInteger(Machine.chance(1 << 16));
  private final Map<URI, Long> avoidedSinceNs = new ConcurrentHashMap<>();
  private final ReentrantLock asking = new ReentrantLock();
  private final AtomicLong askedNs = new AtomicLong(Machine.nowNs() - SECOND_NS);
  private volatile @Nullable Known known;

  private record Known(ShardMap map, long atNs) {}

  Nodes(List<URI> seeds, Transport transport) {
    this.seeds = seeds;
    this.transport = transport;
  }

  /** The nodes that may serve a request. */
  enum Role {
    /** The slot's leader. */
    LEADER,
    /** Any that holds the slot. */
    REPLICA
  }

  /**
   * An entity as far as it matters where it is.
   *
   * @param role who may serve it
   */
  record Target(String type, String id, Role role) {}

  /**
   * Where to send a request.
   *
   * @param butNot a node that has just failed; null for none
   */
  URI pick(Target target, @Nullable URI butNot) {
    Known now = current();
    if (now != null) {
      ShardMap.Place place = now.map.place(target.type, target.id);
      URI preferred =
          place == null
              ? null
              : target.role == Role.LEADER ? place.leader() : anyOf(place.replicas(), butNot);
      if (preferred != null && !preferred.equals(butNot) && !avoided(preferred)) {
        return preferred;
      }
    }
    return any(butNot);
  }

  private @Nullable URI anyOf(List<URI> nodes, @Nullable URI butNot) {
    List<URI> usable = nodes.stream().filter(one -> !one.equals(butNot) && !avoided(one)).toList();
    return usable.isEmpty()
        ? null
        : usable.get(Math.floorMod(next.getAndIncrement(), usable.size()));
  }

  /** Any node; one that failed lately only if there is no other. */
  private URI any(@Nullable URI butNot) {
    Known now = known;
    Set<URI> all = new LinkedHashSet<>(now == null ? List.of() : now.map.nodes());
    if (all.isEmpty() || all.stream().allMatch(this::avoided)) {
      all.addAll(seeds); // what nodes say of themselves may not be reachable from here
    }
    URI usable = anyOf(List.copyOf(all), butNot);
    if (usable != null) {
      return usable;
    }
    List<URI> others = new ArrayList<>(all);
    if (others.size() > 1) {
      others.remove(butNot);
    }
    return others.get(Math.floorMod(next.getAndIncrement(), others.size()));
  }

  private boolean avoided(URI node) {
    Long since = avoidedSinceNs.get(node);
    return since != null && Machine.nowNs() - since < AVOIDED_NS;
  }

  /**
   * A node did not serve a request.
   *
   * @param wholly it did not answer, or stops: others are asked first for a while
   */
  void failed(URI node, boolean wholly) {
    if (wholly) {
      avoidedSinceNs.put(node, Machine.nowNs());
    }
    refresh();
  }

  /** Looks at what an answer says of the map. */
  void learn(Transport.Response response, Role role) {
    Known now = known;
    boolean forwarded = role == Role.LEADER && response.header("Perdure-Forwarded").equals("true");
    String version = response.header("Perdure-Map");
    boolean newer =
        now != null
            && version.matches("[0-9]{1,18}")
            && Long.parseLong(version) > now.map.version();
    if (forwarded || newer || now == null || Machine.nowNs() - now.atNs > AGE_MAX_NS) {
      refresh();
    }
  }

  /** The map; asked for if there never was one. */
  private @Nullable Known current() {
    if (known == null) {
      asking.lock(); // whoever comes first asks, the others wait for it
      try {
        if (known == null && due()) {
          ask();
        }
      } finally {
        asking.unlock();
      }
    }
    return known;
  }

  /** True for one caller a second. */
  private boolean due() {
    long last = askedNs.get();
    long now = Machine.nowNs();
    return now - last >= SECOND_NS && askedNs.compareAndSet(last, now);
  }

  private void refresh() {
    if (due()) {
      var unused = Thread.startVirtualThread(this::ask);
    }
  }

  private void ask() {
    URI node = any(null);
    try {
      long waitNs = ASK_MAX.toNanos();
      Transport.Response response = transport.send(node, ASK, waitNs, waitNs);
      if (response.status() == 200) {
        take(ShardMap.of(Json.tree(response.body())));
      }
    } catch (IOException e) {
      avoidedSinceNs.put(node, Machine.nowNs());
    } catch (IllegalArgumentException e) {
      // Something else than a node answered; requests go to the seeds meanwhile.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An older map is another node's that lags; but not if nobody told a newer one for long. */
  private synchronized void take(ShardMap map) {
    Known now = known;
    long nowNs = Machine.nowNs();
    if (now == null || map.version() >= now.map.version() || nowNs - now.atNs > OLDER_AFTER_NS) {
      known = new Known(map, nowNs);
    }
  }
}
