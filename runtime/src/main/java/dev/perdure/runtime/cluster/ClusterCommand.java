package dev.perdure.runtime.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.runtime.Build;
import java.util.List;

/** What is asked of the cluster's map. */
public sealed interface ClusterCommand {

  /**
   * Makes a cluster of one node.
   *
   * @param lastMove the highest id of a move that the shards know of, from another life
   */
  record Found(
      String id,
      int shards,
      ClusterMap.Node node,
      int level,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) long lastMove)
      implements ClusterCommand {}

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

  /**
   * Lets the slots of a move that have not arrived stay; of a split that never began, all of it.
   */
  record Cancel(long move) implements ClusterCommand {}

  /** Says that a move cannot go on, and why: its slots that have not arrived stay. */
  record Fail(long move, String why) implements ClusterCommand {}

  /** Says that slots of a move that ends are where they were. */
  record Stay(long move, List<ClusterMap.Slots> slots) implements ClusterCommand {}

  /** Says that a new shard has led, with all its members. */
  record Settle(int shard) implements ClusterCommand {}
}
