package dev.perdure.runtime.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotSet;
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
 * @param moves slots on their way from one shard to another
 * @param lastMove id of the newest move; 0 if there never was one
 * @param lastShard the highest number that a shard was ever added with; 0 if none was
 * @param ended the newest moves of which not all slots arrived
 */
public record ClusterMap(
    String id,
    int replicas,
    List<Node> nodes,
    List<Placement> shards,
    List<String> system,
    int level,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Move> moves,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long lastMove,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int lastShard,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Move> ended) {

  /** Number of the shard that holds this map. */
  public static final int SYSTEM_SHARD = EntityAddress.SLOTS;

  /** The entity that this is the state of. */
  public static final EntityAddress ADDRESS =
      new EntityAddress("perdure", "perdure.cluster", "map");

  /** How many replicas each shard is to have if nobody says anything else. */
  private static final int REPLICAS = 3;

  /** Before the cluster was founded. */
  public static final ClusterMap NONE =
      new ClusterMap(
          "", 1, List.of(), List.of(), List.of(), Build.FIRST_LEVEL, List.of(), 0, 0, List.of());

  public ClusterMap {
    nodes = List.copyOf(nodes);
    shards = List.copyOf(shards);
    system = List.copyOf(system);
    level = Math.max(Build.FIRST_LEVEL, level); // it is not there in what older builds wrote
    moves = moves == null ? List.of() : List.copyOf(moves); // neither are these
    ended = ended == null ? List.of() : List.copyOf(ended);
  }

  ClusterMap withReplicas(int count) {
    return new ClusterMap(
        id, count, nodes, shards, system, level, moves, lastMove, lastShard, ended);
  }

  ClusterMap withNodes(List<Node> other) {
    return new ClusterMap(
        id, replicas, other, shards, system, level, moves, lastMove, lastShard, ended);
  }

  ClusterMap withShards(List<Placement> other) {
    return new ClusterMap(
        id, replicas, nodes, other, system, level, moves, lastMove, lastShard, ended);
  }

  ClusterMap withSystem(List<String> other) {
    return new ClusterMap(
        id, replicas, nodes, shards, other, level, moves, lastMove, lastShard, ended);
  }

  ClusterMap withLevel(int other) {
    return new ClusterMap(
        id, replicas, nodes, shards, system, other, moves, lastMove, lastShard, ended);
  }

  ClusterMap withMoves(List<Move> other, long last) {
    return new ClusterMap(
        id, replicas, nodes, shards, system, level, other, last, lastShard, ended);
  }

  ClusterMap withLastShard(int last) {
    return new ClusterMap(id, replicas, nodes, shards, system, level, moves, lastMove, last, ended);
  }

  ClusterMap withEnded(List<Move> other) {
    return new ClusterMap(
        id, replicas, nodes, shards, system, level, moves, lastMove, lastShard, other);
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
  public record Slots(int from, int to) {
    /** Ranges of slots as a set. */
    public static SlotSet set(List<Slots> ranges) {
      return SlotSet.where(
          slot -> ranges.stream().anyMatch(one -> one.from <= slot && slot <= one.to));
    }

    /** A set of slots as ranges. */
    public static List<Slots> ranges(SlotSet set) {
      List<Slots> ranges = new ArrayList<>();
      set.ranges((from, to) -> ranges.add(new Slots(from, to)));
      return List.copyOf(ranges);
    }
  }

  /**
   * Slots on their way.
   *
   * @param id rises with every move
   * @param slots those that have not arrived yet: until then they are the other shard's
   * @param ending why those that have not arrived are to stay; empty while it goes on
   */
  public record Move(
      long id,
      List<Slots> slots,
      int from,
      int to,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String ending) {
    public Move {
      slots = List.copyOf(slots);
      ending = ending == null ? "" : ending;
    }

    /** True if no further slot is to arrive. */
    public boolean ends() {
      return !ending.isEmpty();
    }

    Move of(SlotSet other) {
      return new Move(id, Slots.ranges(other), from, to, ending);
    }

    Move because(String why) {
      return new Move(id, slots, from, to, why);
    }
  }

  /**
   * A shard.
   *
   * @param replicas ids of the nodes that are to hold it; the first is to lead
   * @param founder the node that is to begin its log; empty once it has led
   */
  public record Placement(
      int shard,
      List<Slots> slots,
      List<String> replicas,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String founder) {
    public Placement {
      slots = List.copyOf(slots);
      replicas = List.copyOf(replicas);
      founder = founder == null ? "" : founder; // maps saved before shards were added
    }

    /** True once its log has begun. */
    public boolean settled() {
      return founder.isEmpty();
    }

    Placement on(List<String> nodes) {
      return new Placement(shard, slots, nodes, founder);
    }

    Placement having(SlotSet other) {
      return new Placement(shard, Slots.ranges(other), replicas, founder);
    }

    Placement led() {
      return new Placement(shard, slots, replicas, "");
    }
  }

  /** Equal parts of the slots for so many shards. */
  static List<Placement> evenly(int shards, String node) {
    List<Placement> all = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      // The first slot of a shard is the first that the division gives to it.
      int from = (shard * EntityAddress.SLOTS + shards - 1) / shards;
      int to = ((shard + 1) * EntityAddress.SLOTS + shards - 1) / shards - 1;
      all.add(new Placement(shard, List.of(new Slots(from, to)), List.of(node), ""));
    }
    return all;
  }

  /** As a cluster begins. */
  public static ClusterMap ofOne(String id, int shards, Node node, int level) {
    return new ClusterMap(
        id,
        REPLICAS,
        List.of(node),
        evenly(shards, node.id()),
        List.of(node.id()),
        level,
        List.of(),
        0,
        0,
        List.of());
  }

  /** The shard of a number. */
  public Optional<Placement> shard(int number) {
    return shards.stream().filter(one -> one.shard() == number).findFirst();
  }

  /** The move of an id, as long as not all of it has arrived. */
  public Optional<Move> move(long moveId) {
    return moves.stream().filter(one -> one.id() == moveId).findFirst();
  }

  /** The move that each slot is part of; 0 for none. */
  long[] moveOfSlots() {
    long[] of = new long[EntityAddress.SLOTS];
    moves.forEach(move -> Slots.set(move.slots()).forEach(slot -> of[slot] = move.id()));
    return of;
  }

  /** The node of an id. */
  public Optional<Node> node(String nodeId) {
    return nodes.stream().filter(one -> one.id().equals(nodeId)).findFirst();
  }

  /** The nodes that are to hold a shard. */
  public List<String> replicasOf(int shard) {
    return shard == SYSTEM_SHARD ? system : shard(shard).map(Placement::replicas).orElse(List.of());
  }

  /** Every shard's number, the system's last. */
  public List<Integer> numbers() {
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
