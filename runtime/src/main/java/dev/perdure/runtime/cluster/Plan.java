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
 * that have least to do. A node that is gone is replaced only by another: fewer members would not
 * make the shard safer. The first node of a placement is to lead.
 */
public final class Plan {

  private static final int CHANGES_MAX = 2;

  private final ClusterMap map;
  private final Heard heard;
  private final Weights weights;
  private final Map<String, Double> load = new HashMap<>();
  private final Map<String, Double> leads = new HashMap<>();

  /**
   * Who was heard of.
   *
   * @param alive nodes that answered lately
   * @param dead nodes that have not answered for so long that they are to be replaced
   * @param resting shards whose members are as the map wants them
   * @param perSecond commands a second, by shard
   */
  public record Heard(
      Set<String> alive, Set<String> dead, Set<Integer> resting, Map<Integer, Double> perSecond) {}

  private Plan(ClusterMap map, Heard heard) {
    this.map = map;
    this.heard = heard;
    this.weights =
        new Weights(
            map.numbers(),
            heard.perSecond,
            (int) map.nodes().stream().map(ClusterMap.Node::id).filter(this::eligible).count());
    for (int shard : map.numbers()) {
      List<String> replicas = map.replicasOf(shard);
      replicas.forEach(node -> add(load, node, weights.of(shard)));
      add(leads, replicas.getFirst(), weights.of(shard));
    }
  }

  private static void add(Map<String, Double> to, String node, double weight) {
    to.merge(node, weight, Double::sum);
  }

  private static double of(Map<String, Double> all, String node) {
    return all.getOrDefault(node, 0.0);
  }

  /** What to change next; empty at rest. */
  public static List<ClusterCommand> next(ClusterMap map, Heard heard) {
    return map.id().isEmpty() ? List.of() : new Plan(map, heard).changes();
  }

  private List<ClusterCommand> changes() {
    List<ClusterCommand> changes = new ArrayList<>();
    long moving = map.numbers().stream().filter(this::moves).count();
    for (int shard : map.numbers()) {
      List<String> now = map.replicasOf(shard);
      boolean free =
          heard.resting.contains(shard)
              ? moving + changes.size() < CHANGES_MAX
              : now.stream().anyMatch(heard.dead::contains); // it would never rest
      if (settled(shard) && free) {
        List<String> wanted = ordered(shard, members(shard, now));
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
        .filter(node -> map.numbers().stream().noneMatch(shard -> holds(shard, node.id())))
        .forEach(node -> changes.add(new ClusterCommand.Remove(node.id())));
    return changes;
  }

  private boolean holds(int shard, String node) {
    return map.replicasOf(shard).contains(node);
  }

  /** True if a shard's members are about to change; one without a majority is not about to. */
  private boolean moves(int shard) {
    List<String> wanted = map.replicasOf(shard);
    long there = wanted.stream().filter(heard.alive::contains).count();
    return !heard.resting.contains(shard) && there > wanted.size() / 2;
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

  private List<String> members(int shard, List<String> now) {
    List<String> keep = new ArrayList<>(now);
    List<String> going =
        now.stream().filter(node -> leaving(node) || heard.dead.contains(node)).toList();
    for (String node : going) {
      String spare = best(keep);
      if (spare != null) {
        replace(keep, node, spare);
        add(load, node, -weights.of(shard));
        add(load, spare, weights.of(shard));
      } else if (leaving(node) && keep.size() > 1) {
        keep.remove(node);
        add(load, node, -weights.of(shard));
      }
    }
    for (String spare = best(keep); keep.size() < map.replicas() && spare != null; ) {
      keep.add(spare);
      add(load, spare, weights.of(shard));
      spare = best(keep);
    }
    while (keep.size() > map.replicas()) {
      String most =
          keep.stream()
              .max(
                  Comparator.comparingInt((String node) -> eligible(node) ? 0 : 1)
                      .thenComparingDouble(node -> of(load, node))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      keep.remove(most);
      add(load, most, -weights.of(shard));
    }
    return keep;
  }

  private static void replace(List<String> keep, String node, String by) {
    keep.set(keep.indexOf(node), by);
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
                .thenComparingDouble(node -> of(load, node))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  /** A node whose zone is not known is a zone of its own. */
  private String zone(String node) {
    String zone = map.node(node).map(ClusterMap.Node::zone).orElse("");
    return zone.isEmpty() ? "node " + node : "zone " + zone;
  }

  /**
   * The one that leads least first; the present one unless the shard is worth moving, or it is not
   * to lead any more. That it does not answer for a moment is no reason: it leads again soon.
   */
  private List<String> ordered(int shard, List<String> members) {
    String first = members.getFirst();
    if (map.node(first).filter(one -> one.status() == ClusterMap.Status.SERVING).isPresent()
        && !heard.alive.contains(first)) {
      return members;
    }
    String best =
        members.stream()
            .filter(this::eligible)
            .min(
                Comparator.comparingDouble((String node) -> of(leads, node))
                    .thenComparing(Comparator.naturalOrder()))
            .orElse(first);
    boolean stays =
        eligible(first) && !weights.worthMoving(shard, of(leads, first), of(leads, best));
    if (stays || best.equals(first)) {
      return members;
    }
    add(leads, first, -weights.of(shard));
    add(leads, best, weights.of(shard));
    List<String> ordered = new ArrayList<>(members);
    ordered.remove(best);
    ordered.addFirst(best);
    return ordered;
  }

  /** Moves one replica from the node that has most to do to the one that has least. */
  private void balance(List<ClusterCommand> changes) {
    List<String> nodes =
        map.nodes().stream()
            .map(ClusterMap.Node::id)
            .filter(this::eligible)
            .sorted(Comparator.comparingDouble((String node) -> of(load, node)))
            .toList();
    if (nodes.size() < 2) {
      return;
    }
    String least = nodes.getFirst();
    String most = nodes.getLast();
    for (ClusterMap.Placement placement : map.shards()) {
      List<String> now = placement.replicas();
      boolean zonesStay =
          now.stream().noneMatch(one -> !one.equals(most) && zone(one).equals(zone(least)));
      boolean worth = weights.worthMoving(placement.shard(), of(load, most), of(load, least));
      if (worth && placement.settled() && now.contains(most) && !now.contains(least) && zonesStay) {
        List<String> next = new ArrayList<>(now);
        replace(next, most, least);
        changes.add(new ClusterCommand.Place(placement.shard(), next));
        return;
      }
    }
  }
}
