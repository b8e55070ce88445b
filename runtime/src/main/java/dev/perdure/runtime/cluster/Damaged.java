package dev.perdure.runtime.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Replicas of this node whose logs cannot be started, and when each may be given up for a new one:
 * at once, and later and later if the new one ends like it. Thread-safe.
 */
final class Damaged {

  static final long FIRST_NS = 10_000_000_000L;
  static final long LONGEST_NS = 600_000_000_000L;

  /**
   * How often it is looked for a majority of others, and how often it is said that there is none.
   */
  private static final long LOOK_NS = 1_000_000_000L;

  private static final long SAY_NS = 60_000_000_000L;

  private final Map<Integer, Why> replicas = new ConcurrentHashMap<>();
  private final Map<Integer, Pause> pauses = new ConcurrentHashMap<>();

  private record Why(String why, long lookNs, long sayNs) {}

  private record Pause(long untilNs, long nextNs) {}

  /** A log could not be started. */
  void add(int shard, String why, long nowNs) {
    replicas.putIfAbsent(shard, new Why(why, nowNs, nowNs));
  }

  /** It was given up, or runs again. */
  void remove(int shard) {
    replicas.remove(shard);
  }

  String why(int shard) {
    Why known = replicas.get(shard);
    return known == null ? "" : known.why;
  }

  /** Those that may be given up now; asked for again only after a while. */
  List<Integer> due(long nowNs) {
    List<Integer> due =
        replicas.entrySet().stream()
            .filter(one -> nowNs - one.getValue().lookNs >= 0)
            .map(Map.Entry::getKey)
            .filter(shard -> !pausing(shard, nowNs))
            .toList();
    for (int shard : due) {
      replicas.computeIfPresent(
          shard, (any, known) -> new Why(known.why, nowNs + LOOK_NS, known.sayNs));
    }
    return due;
  }

  private boolean pausing(int shard, long nowNs) {
    Pause pause = pauses.get(shard);
    return pause != null && nowNs - pause.untilNs < 0;
  }

  /** One is given up: the next of this shard stays longer. */
  void givenUp(int shard, long nowNs) {
    replicas.remove(shard);
    pauses.merge(
        shard,
        new Pause(nowNs + FIRST_NS, 2 * FIRST_NS),
        (last, first) -> new Pause(nowNs + last.nextNs, Math.min(LONGEST_NS, 2 * last.nextNs)));
  }

  /** True once in a while: that it cannot be given up is to be said. */
  boolean toSay(int shard, long nowNs) {
    Why known = replicas.get(shard);
    if (known == null || nowNs - known.sayNs < 0) {
      return false;
    }
    replicas.replace(shard, known, new Why(known.why, known.lookNs, nowNs + SAY_NS));
    return true;
  }
}
