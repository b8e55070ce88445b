package dev.perdure.testkit.cluster;

import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.testkit.sim.SimClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether a cluster has all that its map wants. */
final class Wholeness {

  private static final int REPLICAS = 3;

  /** So many entries a replica may be behind while there is work. */
  private static final long NEARLY = 50;

  private final ClusterWorld world;

  Wholeness(ClusterWorld world) {
    this.world = world;
  }

  /** Every shard is led, and has all its replicas where the map wants them. */
  boolean whole() {
    int wanted = (int) Math.min(REPLICAS, world.alive().stream().filter(this::serves).count());
    if (world.map().shards().isEmpty()) {
      return false;
    }
    return allShards().stream().allMatch(shard -> whole(shard, wanted));
  }

  /** True if a machine may lose all it has: two others are members and run. */
  boolean bearsLoss() {
    return whole() && allShards().stream().allMatch(this::bearsLoss);
  }

  private boolean bearsLoss(int shard) {
    List<String> nodes = world.map().replicasOf(shard);
    for (String node : nodes) {
      Held held = world.named(node).held(shard);
      if (held == null) {
        return false;
      }
    }
    return nodes.size() >= REPLICAS;
  }

  List<Integer> allShards() {
    List<Integer> all =
        new ArrayList<>(world.map().shards().stream().map(one -> one.shard()).toList());
    all.add(ClusterMap.SYSTEM_SHARD);
    return all;
  }

  private boolean serves(Machine machine) {
    return world
        .map()
        .node(machine.name())
        .map(one -> one.status() == ClusterMap.Status.SERVING)
        .orElse(!machine.steward().removed());
  }

  private boolean whole(int shard, int wanted) {
    List<String> nodes = world.map().replicasOf(shard);
    if (nodes.size() < wanted) {
      return false;
    }
    boolean led = false;
    for (String node : nodes) {
      Held held = world.named(node).held(shard);
      if (held == null
          || held.applied() + NEARLY < world.record(shard).last()
          || !Set.copyOf(held.raft().disk().members().all())
              .equals(Set.copyOf(nodes.stream().map(one -> world.named(one).id()).toList()))) {
        return false;
      }
      led |= held.shard().leads();
    }
    return led;
  }

  /** Nothing waits, and every shard is whole. */
  boolean quiet() {
    return world.clients().stream().allMatch(SimClient::idle)
        && whole()
        && allShards().stream().allMatch(this::rests);
  }

  private boolean rests(int shard) {
    return world.map().replicasOf(shard).stream()
        .map(node -> world.named(node).held(shard))
        .allMatch(
            held ->
                held != null
                    && held.shard().idle()
                    && held.applied() > world.record(shard).last()
                    && held.raft().disk().last() == world.record(shard).last());
  }

  /** What is missing to be quiet. */
  String waiting() {
    StringBuilder out = new StringBuilder();
    out.append(world.clients().stream().filter(one -> !one.idle()).count())
        .append(" clients wait; ");
    for (int shard : allShards()) {
      out.append("shard ")
          .append(shard)
          .append(" is to be on ")
          .append(world.map().replicasOf(shard));
      out.append(", committed ").append(world.record(shard).last()).append(": ");
      for (Machine machine : world.machines()) {
        Held held = machine.held(shard);
        if (held != null) {
          out.append(machine.name()).append(held.shard().leads() ? " leads" : "");
          out.append(" applied ").append(held.applied() - 1);
          out.append(" of ").append(held.raft().disk().last());
          out.append(" members ").append(held.raft().disk().members().all()).append(", ");
        }
      }
    }
    return out.toString();
  }
}
