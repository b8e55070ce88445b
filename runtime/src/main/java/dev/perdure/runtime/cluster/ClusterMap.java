package dev.perdure.runtime.cluster;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.record.EntityAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster is to be: the state of the one entity in the system shard. Immutable; stored as
 * JSON.
 *
 * @param id of the cluster; empty before it was founded
 * @param replicas how many replicas each shard is to have, if there are as many nodes
 * @param nodes every node that belongs to it
 * @param shards every shard but the system's own, by number
 * @param system nodes that are to hold the system shard
 * @param level what may be written; see {@link Build}
 */
public record ClusterMap(
    String id,
    int replicas,
    List<Node> nodes,
    List<Placement> shards,
    List<String> system,
    int level) {

  /** Number of the shard that holds this map. */
  public static final int SYSTEM_SHARD = EntityAddress.SLOTS;

  /** The entity that this is the state of. */
  public static final EntityAddress ADDRESS =
      new EntityAddress("perdure", "perdure.cluster", "map");

  /** How many replicas each shard is to have if nobody says anything else. */
  private static final int REPLICAS = 3;

  static final ClusterMap NONE =
      new ClusterMap("", 1, List.of(), List.of(), List.of(), Build.FIRST_LEVEL);

  public ClusterMap {
    nodes = List.copyOf(nodes);
    shards = List.copyOf(shards);
    system = List.copyOf(system);
    level = Math.max(Build.FIRST_LEVEL, level); // it is not there in what older builds wrote
  }

  ClusterMap withReplicas(int count) {
    return new ClusterMap(id, count, nodes, shards, system, level);
  }

  ClusterMap withNodes(List<Node> other) {
    return new ClusterMap(id, replicas, other, shards, system, level);
  }

  ClusterMap withShards(List<Placement> other) {
    return new ClusterMap(id, replicas, nodes, other, system, level);
  }

  ClusterMap withSystem(List<String> other) {
    return new ClusterMap(id, replicas, nodes, shards, other, level);
  }

  ClusterMap withLevel(int other) {
    return new ClusterMap(id, replicas, nodes, shards, system, other);
  }

  /** What a node is for. */
  public enum Status {
    /** Holds replicas and leads. */
    SERVING,
    /** Holds what it has, and gets nothing new; leaders move away. */
    DRAINING,
    /** Is to be removed: its replicas move away first. */
    LEAVING
  }

  /**
   * A node.
   *
   * @param id stable
   * @param name for people
   * @param address host and port for other nodes
   * @param zone what fails together; empty if that is not known
   * @param build which code it runs; null below {@link Build#BUILDS_IN_MAP}
   */
  public record Node(
      String id, String name, String address, String zone, Status status, @Nullable Build build) {
    Node with(Status other) {
      return new Node(id, name, address, zone, other, build);
    }

    /** As it may be told to a cluster at a level. */
    public Node at(int level, Build own) {
      return new Node(id, name, address, zone, status, level < Build.BUILDS_IN_MAP ? null : own);
    }
  }

  /** Slots from one to another, both inclusive. */
  public record Slots(int from, int to) {}

  /**
   * A shard.
   *
   * @param replicas ids of the nodes that are to hold it; the first is to lead
   */
  public record Placement(int shard, List<Slots> slots, List<String> replicas) {
    public Placement {
      slots = List.copyOf(slots);
      replicas = List.copyOf(replicas);
    }
  }

  /** Equal parts of the slots for so many shards. */
  static List<Placement> evenly(int shards, String node) {
    List<Placement> all = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      // The first slot of a shard is the first that the division gives to it.
      int from = (shard * EntityAddress.SLOTS + shards - 1) / shards;
      int to = ((shard + 1) * EntityAddress.SLOTS + shards - 1) / shards - 1;
      all.add(new Placement(shard, List.of(new Slots(from, to)), List.of(node)));
    }
    return all;
  }

  /** As a cluster begins. */
  public static ClusterMap ofOne(String id, int shards, Node node, int level) {
    return new ClusterMap(
        id, REPLICAS, List.of(node), evenly(shards, node.id()), List.of(node.id()), level);
  }

  /** The node of an id. */
  public Optional<Node> node(String nodeId) {
    return nodes.stream().filter(one -> one.id().equals(nodeId)).findFirst();
  }

  /** The nodes that are to hold a shard. */
  public List<String> replicasOf(int shard) {
    return shard == SYSTEM_SHARD
        ? system
        : shards.stream()
            .filter(one -> one.shard() == shard)
            .findFirst()
            .map(Placement::replicas)
            .orElse(List.of());
  }

  /** Every shard's number, the system's last. */
  List<Integer> numbers() {
    List<Integer> all = new ArrayList<>(shards.stream().map(Placement::shard).toList());
    all.add(SYSTEM_SHARD);
    return all;
  }

  /** Which shard has each slot; -1 where that is not known. */
  int[] shardOfSlots() {
    int[] of = new int[EntityAddress.SLOTS];
    Arrays.fill(of, -1);
    for (Placement placement : shards) {
      for (Slots range : placement.slots()) {
        for (int slot = range.from(); slot <= range.to(); slot++) {
          of[slot] = placement.shard();
        }
      }
    }
    return of;
  }
}
