package dev.perdure.runtime.cluster;

import dev.perdure.runtime.record.EntityAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this node knows it: the newest map it has seen, and who leads which shard as far
 * as it was told. Thread-safe.
 */
public final class ClusterView {

  private final AtomicReference<Known> known;
  private final Map<Integer, Leader> leaders = new ConcurrentHashMap<>();

  /**
   * Who leads a shard as far as is known.
   *
   * @param node null if it is doubted that anybody does
   * @param term the newest in which a node said of itself that it leads
   */
  private record Leader(@Nullable String node, long term) {}

  private record Known(long version, ClusterMap map, int[] shardOfSlots) {}

  /** A view that begins with what was known before; version 0 for nothing. */
  public ClusterView(long version, ClusterMap map) {
    this.known = new AtomicReference<>(new Known(version, map, map.shardOfSlots()));
  }

  /** Takes a map over if it is newer; true if it was. */
  boolean update(long version, ClusterMap map) {
    Known next = new Known(version, map, map.shardOfSlots());
    return known.getAndUpdate(now -> now.version < version ? next : now).version < version;
  }

  /** Version of the newest map. */
  public long version() {
    return known.get().version;
  }

  public ClusterMap map() {
    return known.get().map;
  }

  /** The shard of an entity; the system's own for the map itself; -1 if it is not known. */
  public int shardOf(EntityAddress address) {
    return address.equals(ClusterMap.ADDRESS)
        ? ClusterMap.SYSTEM_SHARD
        : known.get().shardOfSlots[address.slot()];
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
  void leads(int shard, String node, long term) {
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
  void doubt(int shard, String node) {
    leaders.computeIfPresent(
        shard, (any, known) -> node.equals(known.node) ? new Leader(null, known.term) : known);
  }

  /** Nodes to be asked about a shard, the likeliest first, but one. */
  List<String> toAsk(int shard, String butNot) {
    return map().replicasOf(shard).stream().filter(node -> !node.equals(butNot)).toList();
  }
}
