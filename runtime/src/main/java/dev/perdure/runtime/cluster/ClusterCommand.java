package dev.perdure.runtime.cluster;

import dev.perdure.runtime.Build;
import java.util.List;

/** What is asked of the cluster's map. */
public sealed interface ClusterCommand {

  /** Makes a cluster of one node. */
  record Found(String id, int shards, ClusterMap.Node node, int level) implements ClusterCommand {}

  /** Adds a node, or tells its new address, name and zone. */
  record Join(ClusterMap.Node node) implements ClusterCommand {}

  /** Says what a node is for from now on. */
  record Mark(String node, ClusterMap.Status status) implements ClusterCommand {}

  /** Forgets a node that holds no replica. */
  record Remove(String node) implements ClusterCommand {}

  /** Says how many replicas each shard is to have. */
  record Replicate(int replicas) implements ClusterCommand {}

  /** Says which nodes are to hold a shard. */
  record Place(int shard, List<String> replicas) implements ClusterCommand {}

  /**
   * Puts a level in force, for good.
   *
   * @param builds what each node said when it was asked just now
   */
  record Raise(int level, List<Runs> builds) implements ClusterCommand {}

  /** Which build a node runs. */
  record Runs(String node, Build build) {}

  /** Makes a new shard on the same nodes, and begins to move half of a shard's slots there. */
  record Split(int shard) implements ClusterCommand {}

  /** Begins to move slots from the shard that has them to another. */
  record Move(List<ClusterMap.Slots> slots, int to) implements ClusterCommand {}

  /** Says that slots of a move are there. */
  record Arrive(long move, List<ClusterMap.Slots> slots) implements ClusterCommand {}

  /** Says that a new shard has led. */
  record Settle(int shard) implements ClusterCommand {}
}
