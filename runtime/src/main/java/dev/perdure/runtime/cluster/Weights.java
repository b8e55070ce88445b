package dev.perdure.runtime.cluster;

import java.util.Collection;
import java.util.Map;

/**
 * What a shard is worth when nodes are compared: its part of all commands, so that the sum is the
 * number of shards. While there is little to do all shards are worth the same.
 */
final class Weights {

  /** Below this many commands a second it does not matter who does them. */
  private static final double IDLE_PER_SECOND = 200;

  /** What a shard costs that has nothing to do. */
  private static final double BASE = 0.1;

  /** A move for less than this part of what a node does is not worth its cost. */
  private static final double WORTH = 0.2;

  private final Collection<Integer> shards;
  private final Map<Integer, Double> perSecond;
  private final double total;
  private final int nodes;

  Weights(Collection<Integer> shards, Map<Integer, Double> perSecond, int nodes) {
    this.shards = shards;
    this.perSecond = perSecond;
    this.nodes = Math.max(1, nodes);
    this.total = shards.stream().mapToDouble(shard -> perSecond.getOrDefault(shard, 0.0)).sum();
  }

  private boolean idle() {
    return total < IDLE_PER_SECOND;
  }

  double of(int shard) {
    return idle()
        ? 1
        : BASE + (1 - BASE) * shards.size() * perSecond.getOrDefault(shard, 0.0) / total;
  }

  /** True if a node with so much should give the shard to one with so much. */
  boolean worthMoving(int shard, double from, double to) {
    double margin = idle() ? 1 : WORTH * shards.size() / nodes;
    return to + of(shard) <= from - margin;
  }
}
