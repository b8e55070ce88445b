package dev.perdure.runtime.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where replicas and leaders should be. A function of the map and of who was heard of; it changes
 * little at a time and comes to rest.
 *
 * <p>A shard gets as many replicas as the map wants, in different zones where it can, on the nodes
 * that have fewest. A node that is gone is replaced only by another: fewer members would not make
 * the shard safer. The first node of a placement is to lead.
 */
public final class Plan {

  private static final int CHANGES_MAX = 2;

  private final ClusterMap map;
  private final Heard heard;
  private final Map<String, Integer> load = new HashMap<>();
  private final Map<String, Integer> leads = new HashMap<>();

  /**
   * Who was heard of.
   *
   * @param alive nodes that answered lately
   * @param dead nodes that have not answered for so long that they are to be replaced
   * @param resting shards whose members are as the map wants them
   */
  public record Heard(Set<String> alive, Set<String> dead, Set<Integer> resting) {}

  private Plan(ClusterMap map, Heard heard) {
    this.map = map;
    this.heard = heard;
    for (int shard : map.numbers()) {
      List<String> replicas = map.replicasOf(shard);
      replicas.forEach(node -> load.merge(node, 1, Integer::sum));
      leads.merge(replicas.getFirst(), 1, Integer::sum);
    }
  }

  /** What to change next; empty at rest. */
  public static List<ClusterCommand> next(ClusterMap map, Heard heard) {
    return map.id().isEmpty() ? List.of() : new Plan(map, heard).changes();
  }

  private List<ClusterCommand> changes() {
    List<ClusterCommand> changes = new ArrayList<>();
    long moving = map.numbers().stream().filter(shard -> !heard.resting.contains(shard)).count();
    for (int shard : map.numbers()) {
      List<String> now = map.replicasOf(shard);
      boolean free =
          heard.resting.contains(shard)
              ? moving + changes.size() < CHANGES_MAX
              : now.stream().anyMatch(heard.dead::contains); // it would never rest
      if (settled(shard) && free) {
        List<String> wanted = ordered(members(now));
        if (!wanted.equals(now)) {
          changes.add(new ClusterCommand.Place(shard, wanted));
        }
      }
    }
    if (changes.isEmpty() && moving == 0) {
      balance(changes);
    }
    map.nodes().stream()
        .filter(node -> node.status() == ClusterMap.Status.LEAVING)
        .filter(node -> load.getOrDefault(node.id(), 0) == 0)
        .forEach(node -> changes.add(new ClusterCommand.Remove(node.id())));
    return changes;
  }

  private boolean settled(int shard) {
    return map.shard(shard).filter(one -> !one.settled()).isEmpty();
  }

  private boolean eligible(String node) {
    return heard.alive.contains(node)
        && map.node(node).filter(one -> one.status() == ClusterMap.Status.SERVING).isPresent();
  }

  private boolean leaving(String node) {
    return map.node(node).filter(one -> one.status() != ClusterMap.Status.LEAVING).isEmpty();
  }

  private List<String> members(List<String> now) {
    List<String> keep = new ArrayList<>(now);
    List<String> going =
        now.stream().filter(node -> leaving(node) || heard.dead.contains(node)).toList();
    for (String node : going) {
      String spare = best(keep);
      if (spare != null) {
        replace(keep, node, spare);
      } else if (leaving(node) && keep.size() > 1) {
        take(keep, node);
      }
    }
    for (String spare = best(keep); keep.size() < map.replicas() && spare != null; ) {
      keep.add(spare);
      load.merge(spare, 1, Integer::sum);
      spare = best(keep);
    }
    while (keep.size() > map.replicas()) {
      take(
          keep,
          keep.stream()
              .max(
                  Comparator.comparingInt((String node) -> eligible(node) ? 0 : 1)
                      .thenComparingInt(node -> load.getOrDefault(node, 0))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow());
    }
    return keep;
  }

  private void take(List<String> keep, String node) {
    keep.remove(node);
    load.merge(node, -1, Integer::sum);
  }

  private void replace(List<String> keep, String node, String by) {
    keep.set(keep.indexOf(node), by);
    load.merge(node, -1, Integer::sum);
    load.merge(by, 1, Integer::sum);
  }

  /** The node that should hold a further replica; null if there is none. */
  private @Nullable String best(List<String> beside) {
    Set<String> zones = new HashSet<>();
    beside.forEach(node -> zones.add(zone(node)));
    return map.nodes().stream()
        .map(ClusterMap.Node::id)
        .filter(node -> eligible(node) && !beside.contains(node))
        .min(
            Comparator.comparingInt((String node) -> zones.contains(zone(node)) ? 1 : 0)
                .thenComparingInt(node -> load.getOrDefault(node, 0))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  /** A node whose zone is not known is a zone of its own. */
  private String zone(String node) {
    String zone = map.node(node).map(ClusterMap.Node::zone).orElse("");
    return zone.isEmpty() ? "node " + node : "zone " + zone;
  }

  /**
   * The one that leads fewest shards first; the present one unless another has two fewer, or it is
   * not to lead any more. That it does not answer for a moment is no reason: it leads again soon.
   */
  private List<String> ordered(List<String> members) {
    String first = members.getFirst();
    if (map.node(first).filter(one -> one.status() == ClusterMap.Status.SERVING).isPresent()
        && !heard.alive.contains(first)) {
      return members;
    }
    String best =
        members.stream()
            .filter(this::eligible)
            .min(
                Comparator.comparingInt((String node) -> leads.getOrDefault(node, 0))
                    .thenComparing(Comparator.naturalOrder()))
            .orElse(first);
    boolean stays =
        eligible(first) && leads.getOrDefault(first, 0) - leads.getOrDefault(best, 0) < 2;
    if (stays || best.equals(first)) {
      return members;
    }
    leads.merge(first, -1, Integer::sum);
    leads.merge(best, 1, Integer::sum);
    List<String> ordered = new ArrayList<>(members);
    ordered.remove(best);
    ordered.addFirst(best);
    return ordered;
  }

  /** Moves one replica from the node that has most to the one that has fewest. */
  private void balance(List<ClusterCommand> changes) {
    List<String> nodes =
        map.nodes().stream()
            .map(ClusterMap.Node::id)
            .filter(this::eligible)
            .sorted(Comparator.comparingInt((String node) -> load.getOrDefault(node, 0)))
            .toList();
    if (nodes.size() < 2) {
      return;
    }
    String least = nodes.getFirst();
    String most = nodes.getLast();
    if (load.getOrDefault(most, 0) - load.getOrDefault(least, 0) < 2) {
      return;
    }
    for (ClusterMap.Placement placement : map.shards()) {
      List<String> now = placement.replicas();
      boolean zonesStay =
          now.stream().noneMatch(one -> !one.equals(most) && zone(one).equals(zone(least)));
      if (placement.settled() && now.contains(most) && !now.contains(least) && zonesStay) {
        List<String> next = new ArrayList<>(now);
        replace(next, most, least);
        changes.add(new ClusterCommand.Place(placement.shard(), next));
        return;
      }
    }
  }
}
