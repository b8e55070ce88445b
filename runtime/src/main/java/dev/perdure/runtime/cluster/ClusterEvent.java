package dev.perdure.runtime.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.api.Named;
import java.util.List;

/** What happened to the cluster's map. Stored: see the rules of evolution. */
public sealed interface ClusterEvent {

  @Named("founded")
  record Founded(
      String id,
      int shards,
      ClusterMap.Node node,
      int level,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) long lastMove)
      implements ClusterEvent {}

  @Named("joined")
  record Joined(ClusterMap.Node node) implements ClusterEvent {}

  @Named("marked")
  record Marked(String node, ClusterMap.Status status) implements ClusterEvent {}

  @Named("removed")
  record Removed(String node) implements ClusterEvent {}

  @Named("replicated")
  record Replicated(int replicas) implements ClusterEvent {}

  @Named("placed")
  record Placed(int shard, List<String> replicas) implements ClusterEvent {}

  @Named("raised")
  record Raised(int level) implements ClusterEvent {}

  @Named("shard-added")
  record ShardAdded(int shard, List<String> replicas, String founder) implements ClusterEvent {}

  @Named("settled")
  record Settled(int shard) implements ClusterEvent {}

  @Named("move-begun")
  record MoveBegun(long move, List<ClusterMap.Slots> slots, int from, int to)
      implements ClusterEvent {}

  @Named("arrived")
  record Arrived(long move, List<ClusterMap.Slots> slots) implements ClusterEvent {}

  /** The slots that have not arrived will not. */
  @Named("move-ending")
  record MoveEnding(long move, String why) implements ClusterEvent {}

  @Named("stayed")
  record Stayed(long move, List<ClusterMap.Slots> slots) implements ClusterEvent {}

  @Named("shard-removed")
  record ShardRemoved(int shard) implements ClusterEvent {}
}
