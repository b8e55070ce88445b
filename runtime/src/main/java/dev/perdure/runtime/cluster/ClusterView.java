package dev.perdure.runtime.cluster;

import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.shard.Shard;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this node knows it: the newest map it has seen, and who leads which shard as far
 * as it was told. Thread-safe.
 *
 * <p>A slot on its way is somebody else's before the map says so. Who holds a replica of either
 * shard sees it in that shard's own log; the others are told when they come to the wrong one. Such
 * news of a move counts until the map has the end of that move.
 */
public final class ClusterView {

  private final Map<Integer, Leader> leaders = new ConcurrentHashMap<>();
  private final Map<Integer, Went> told = new HashMap<>();
  private Map<Integer, SlotTable> seen = Map.of();
  private volatile Known known;
  private volatile String api = "";

  /**
   * Who leads a shard as far as is known.
   *
   * @param node null if it is doubted that anybody does
   * @param term the newest in which a node said of itself that it leads
   */
  private record Leader(@Nullable String node, long term) {}

  private record Known(long version, ClusterMap map, int[] shardOfSlots) {}

  /** Where a slot went by a move. */
  record Went(int shard, long move) {}

  /** A view that begins with what was known before; version 0 for nothing. */
  public ClusterView(long version, ClusterMap map) {
    this.known = new Known(version, map, map.shardOfSlots());
  }

  /** Takes a map over if it is newer; true if it was. */
  public synchronized boolean update(long version, ClusterMap map) {
    if (version <= known.version) {
      return false;
    }
    known = new Known(version, map, shardOfSlots(map));
    return true;
  }

  /** Sees in this node's own replicas where slots went. */
  public synchronized void look(Collection<Shard> shards) {
    Map<Integer, SlotTable> now = new HashMap<>();
    for (Shard shard : shards) {
      SlotTable slots = shard.slots();
      if (!slots.isEmpty()) {
        now.put(shard.number(), slots);
      }
    }
    boolean same =
        now.keySet().equals(seen.keySet())
            && now.keySet().stream().allMatch(shard -> now.get(shard) == seen.get(shard));
    if (!same) {
      seen = now;
      known = new Known(known.version, known.map, shardOfSlots(known.map));
    }
  }

  /** Another node says where a slot went. */
  synchronized void told(int slot, Went went) {
    Went before = told.put(slot, went);
    if (!went.equals(before)) {
      known = new Known(known.version, known.map, shardOfSlots(known.map));
    }
  }

  /** What the map says, but for moves of which more is known than the map has. */
  private int[] shardOfSlots(ClusterMap map) {
    int[] of = map.shardOfSlots();
    long[] moves = map.moveOfSlots();
    told.entrySet().removeIf(one -> !isNews(map, moves[one.getKey()], one.getValue().move));
    Went[] newest = new Went[EntityAddress.SLOTS];
    told.forEach((slot, went) -> newest[slot] = went);
    seen.forEach(
        (shard, slots) -> {
          for (int slot = 0; slot < of.length; slot++) {
            Went went = went(shard, slots.of(slot));
            Went other = newest[slot];
            if (went != null
                && isNews(map, moves[slot], went.move)
                && (other == null || went.move >= other.move)) {
              newest[slot] = went;
            }
          }
        });
    for (int slot = 0; slot < of.length; slot++) {
      of[slot] = newest[slot] == null ? of[slot] : newest[slot].shard;
    }
    return of;
  }

  private static boolean isNews(ClusterMap map, long moves, long move) {
    return move > map.lastMove() || (move != 0 && move == moves);
  }

  /** Where a slot is by what a shard knows; null if it knows nothing of it. */
  static @Nullable Went went(int shard, SlotTable.Slot slot) {
    if (slot.move() == 0 || slot.status() == SlotTable.Status.COMING) {
      return null;
    }
    return new Went(slot.status().left() ? slot.other() : shard, slot.move());
  }

  /** Callers reach this node's API under a URL; the other nodes are told. */
  public void api(String url) {
    api = url;
  }

  /** URL of this node's API; empty if callers of other nodes are not to be sent here. */
  public String api() {
    return api;
  }

  /** Version of the newest map. */
  public long version() {
    return known.version;
  }

  public ClusterMap map() {
    return known.map;
  }

  /** The shard of an entity; the system's own for the map itself; -1 if it is not known. */
  public int shardOf(EntityAddress address) {
    return address.equals(ClusterMap.ADDRESS)
        ? ClusterMap.SYSTEM_SHARD
        : known.shardOfSlots[address.slot()];
  }

  /** Where a node is reached; null if it is not known. */
  @Nullable String addressOf(String node) {
    return map().node(node).map(ClusterMap.Node::address).orElse(null);
  }

  /** The node that was last seen leading; null if none was. */
  public @Nullable String leader(int shard) {
    Leader known = leaders.get(shard);
    return known == null ? null : known.node;
  }

  /** A node said of itself that it leads in a term; what is said of an earlier one is old. */
  public void leads(int shard, String node, long term) {
    leaders.merge(
        shard, new Leader(node, term), (known, said) -> said.term < known.term ? known : said);
  }

  /** A node is said to lead, nobody knows in which term: taken where nothing better is known. */
  void mayLead(int shard, String node) {
    leaders.merge(
        shard,
        new Leader(node, 0),
        (known, said) -> known.node == null ? new Leader(node, known.term) : known);
  }

  /** A node did not lead, or did not answer. */
  public void doubt(int shard, String node) {
    leaders.computeIfPresent(
        shard, (any, known) -> node.equals(known.node) ? new Leader(null, known.term) : known);
  }

  /** Nodes to be asked about a shard, the likeliest first, but one. */
  List<String> toAsk(int shard, String butNot) {
    return map().replicasOf(shard).stream().filter(node -> !node.equals(butNot)).toList();
  }
}
