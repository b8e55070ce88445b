package dev.perdure.runtime.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How busy each shard is, by what its leaders said: commands a second, smoothed over half a minute,
 * so that a short rush moves nothing. One thread.
 */
final class Rates {

  private static final double SMOOTH_NS = 30e9;
  private static final double NS_PER_SECOND = 1e9;

  /** A counter starts anew when its node does. */
  private record Counted(String node, long term, long commands, long atNs) {}

  private final Map<Integer, Counted> counted = new HashMap<>();
  private final Map<Integer, Double> smoothed = new TreeMap<>();

  /** A node says, now, how much the shards that it leads have done. */
  void said(StatusMessage status, long nowNs) {
    for (StatusMessage.Replica one : status.replicas()) {
      if (one.leads()) {
        count(one.shard(), new Counted(status.node(), one.term(), one.commands(), nowNs));
      }
    }
  }

  private void count(int shard, Counted now) {
    Counted before = counted.get(shard);
    if (before != null && (now.term < before.term || now.atNs <= before.atNs)) {
      return; // last words of one that led before, or the same words again
    }
    counted.put(shard, now);
    if (before == null || !before.node.equals(now.node) || now.commands < before.commands) {
      return;
    }
    double passed = now.atNs - before.atNs;
    double rate = (now.commands - before.commands) * NS_PER_SECOND / passed;
    double share = 1 - Math.exp(-passed / SMOOTH_NS);
    smoothed.merge(shard, rate * share, (old, any) -> old + (rate - old) * share);
  }

  /** Commands a second, by shard; a shard of which nothing is known has no entry. */
  Map<Integer, Double> perSecond() {
    return Map.copyOf(smoothed);
  }
}
