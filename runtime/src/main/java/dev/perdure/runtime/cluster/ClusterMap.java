package dev.perdure.runtime.cluster;

import dev.perdure.runtime.record.EntityAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster is to be: the state of the one entity in the system shard. Immutable; stored as
 * JSON.
 *
 * @param id of the cluster; empty before it was founded
 * @param replicas how many replicas each shard is to have, if there are as many nodes
 * @param nodes every node that belongs to it
 * @param shards every shard but the system's own, by number
 * @param system nodes that are to hold the system shard
 */
public record ClusterMap(
    String id, int replicas, List<Node> nodes, List<Placement> shards, List<String> system) {

  /** Number of the shard that holds this map. */
  public static final int SYSTEM_SHARD = EntityAddress.SLOTS;

  /** The entity that this is the state of. */
  public static final EntityAddress ADDRESS =
      new EntityAddress("perdure", "perdure.cluster", "map");

  /** How many replicas each shard is to have if nobody says anything else. */
  private static final int REPLICAS = 3;

  static final ClusterMap NONE = new ClusterMap("", 1, List.of(), List.of(), List.of());

  public ClusterMap {
    nodes = List.copyOf(nodes);
    shards = List.copyOf(shards);
    system = List.copyOf(system);
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
   */
  public record Node(String id, String name, String address, String zone, Status status) {
    Node with(Status other) {
      return new Node(id, name, address, zone, other);
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
  public static ClusterMap ofOne(String id, int shards, Node node) {
    return new ClusterMap(
        id, REPLICAS, List.of(node), evenly(shards, node.id()), List.of(node.id()));
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
