package dev.perdure.runtime.cluster;

import java.util.List;

/** What is asked of the cluster's map. */
public sealed interface ClusterCommand {

  /** Makes a cluster of one node. */
  record Found(String id, int shards, ClusterMap.Node node) implements ClusterCommand {}

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
}
