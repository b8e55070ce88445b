package dev.perdure.runtime.cluster;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.cluster.ClusterCommand.Arrive;
import dev.perdure.runtime.cluster.ClusterCommand.Cancel;
import dev.perdure.runtime.cluster.ClusterCommand.Fail;
import dev.perdure.runtime.cluster.ClusterCommand.Found;
import dev.perdure.runtime.cluster.ClusterCommand.Join;
import dev.perdure.runtime.cluster.ClusterCommand.Mark;
import dev.perdure.runtime.cluster.ClusterCommand.Move;
import dev.perdure.runtime.cluster.ClusterCommand.Place;
import dev.perdure.runtime.cluster.ClusterCommand.Raise;
import dev.perdure.runtime.cluster.ClusterCommand.Remove;
import dev.perdure.runtime.cluster.ClusterCommand.Replicate;
import dev.perdure.runtime.cluster.ClusterCommand.Runs;
import dev.perdure.runtime.cluster.ClusterCommand.Settle;
import dev.perdure.runtime.cluster.ClusterCommand.Split;
import dev.perdure.runtime.cluster.ClusterCommand.Stay;
import dev.perdure.runtime.cluster.ClusterEvent.Arrived;
import dev.perdure.runtime.cluster.ClusterEvent.Founded;
import dev.perdure.runtime.cluster.ClusterEvent.Joined;
import dev.perdure.runtime.cluster.ClusterEvent.Marked;
import dev.perdure.runtime.cluster.ClusterEvent.MoveBegun;
import dev.perdure.runtime.cluster.ClusterEvent.MoveEnding;
import dev.perdure.runtime.cluster.ClusterEvent.Placed;
import dev.perdure.runtime.cluster.ClusterEvent.Raised;
import dev.perdure.runtime.cluster.ClusterEvent.Removed;
import dev.perdure.runtime.cluster.ClusterEvent.Replicated;
import dev.perdure.runtime.cluster.ClusterEvent.Settled;
import dev.perdure.runtime.cluster.ClusterEvent.ShardAdded;
import dev.perdure.runtime.cluster.ClusterEvent.ShardRemoved;
import dev.perdure.runtime.cluster.ClusterEvent.Stayed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The rules of the cluster's map. It is an entity like any other, in a shard of its own: so each
 * change is durable, audited in its history, done once, and goes on after a crash.
 */
@Named("perdure.cluster")
public final class Cluster implements Entity<ClusterMap, ClusterCommand, ClusterEvent> {

  private static final int REPLICAS_MAX = 7;

  /** The service that the system shard runs. */
  public static final class SystemService implements Service {
    @Override
    public String name() {
      return "perdure-cluster";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Cluster());
    }
  }

  @Override
  public ClusterMap initial() {
    return ClusterMap.NONE;
  }

  @Override
  public Decision<ClusterEvent> decide(
      ClusterMap map, ClusterCommand command, Operation operation) {
    if (command instanceof Found found) {
      return map.id().isEmpty()
          ? Decision.accept(
              new Founded(
                  found.id(), found.shards(), found.node(), found.level(), found.lastMove()),
              null)
          : Decision.answer(null);
    }
    if (map.id().isEmpty()) {
      return Decision.reject("not-founded", "The cluster does not exist yet.");
    }
    return switch (command) {
      case Found found -> Decision.answer(null);
      case Join join -> join(map, join.node());
      case Mark mark -> mark(map, mark);
      case Remove remove -> remove(map, remove.node());
      case Replicate replicate -> replicate(replicate.replicas());
      case Place place -> place(map, place);
      case Raise raise -> raise(map, raise);
      case Split split -> SlotMoves.split(map, split.shard());
      case Move move -> SlotMoves.move(map, ClusterMap.Slots.set(move.slots()), move.to());
      case Arrive arrive -> SlotMoves.arrive(map, arrive);
      case Cancel cancel -> SlotMoves.cancel(map, cancel.move());
      case Fail fail -> SlotMoves.fail(map, fail);
      case Stay stay -> SlotMoves.stay(map, stay);
      case Settle settle -> SlotMoves.settle(map, settle.shard());
    };
  }

  private static Decision<ClusterEvent> join(ClusterMap map, ClusterMap.Node node) {
    boolean taken =
        map.nodes().stream()
            .anyMatch(one -> one.address().equals(node.address()) && !one.id().equals(node.id()));
    if (taken) {
      return Decision.reject(
          "address-taken", "Another node of the cluster has the address " + node.address() + ".");
    }
    Build build = node.build();
    if (build == null ? map.level() >= Build.BUILDS_IN_MAP : !build.supports(map.level())) {
      return Decision.reject(
          "level-not-supported",
          "The cluster is at level "
              + map.level()
              + ": "
              + (build == null ? "the node says no level" : build.refusal(map.level()))
              + ".");
    }
    ClusterMap.Node known = map.node(node.id()).orElse(null);
    ClusterMap.Node now = known == null ? node : node.with(known.status());
    return now.equals(known) ? Decision.answer(null) : Decision.accept(new Joined(now), null);
  }

  private static Decision<ClusterEvent> mark(ClusterMap map, Mark mark) {
    ClusterMap.Node node = map.node(mark.node()).orElse(null);
    if (node == null) {
      return unknown(mark.node());
    }
    boolean last =
        map.nodes().stream()
            .noneMatch(
                one -> !one.id().equals(mark.node()) && one.status() == ClusterMap.Status.SERVING);
    if (last && mark.status() == ClusterMap.Status.LEAVING) {
      return Decision.reject("last-node", "It is the last node that serves; it cannot leave.");
    }
    return node.status() == mark.status()
        ? Decision.answer(null)
        : Decision.accept(new Marked(mark.node(), mark.status()), null);
  }

  private static Decision<ClusterEvent> remove(ClusterMap map, String node) {
    if (map.node(node).isEmpty()) {
      return Decision.answer(null);
    }
    boolean holds = map.numbers().stream().anyMatch(shard -> map.replicasOf(shard).contains(node));
    return holds
        ? Decision.reject("holds-replicas", "The node holds replicas; they have to move first.")
        : Decision.accept(new Removed(node), null);
  }

  private static Decision<ClusterEvent> replicate(int replicas) {
    return replicas < 1 || replicas > REPLICAS_MAX || replicas % 2 == 0
        ? Decision.reject(
            "bad-replicas", "Replicas must be an odd number from 1 to 7, not " + replicas + ".")
        : Decision.accept(new Replicated(replicas), null);
  }

  private static Decision<ClusterEvent> place(ClusterMap map, Place place) {
    if (!map.numbers().contains(place.shard())) {
      return Decision.reject("unknown-shard", "There is no shard " + place.shard() + ".");
    }
    for (String node : place.replicas()) {
      if (map.node(node).isEmpty()) {
        return unknown(node);
      }
    }
    if (map.shard(place.shard()).filter(one -> !one.settled()).isPresent()) {
      return Decision.reject("not-settled", "Shard " + place.shard() + " has not begun yet.");
    }
    if (place.replicas().isEmpty()
        || new HashSet<>(place.replicas()).size() < place.replicas().size()) {
      return Decision.reject("bad-placement", "A shard needs nodes, each once.");
    }
    return map.replicasOf(place.shard()).equals(place.replicas())
        ? Decision.answer(null)
        : Decision.accept(new Placed(place.shard(), place.replicas()), null);
  }

  /** Every node must have said just now that it can: one that is silent may run anything. */
  private static Decision<ClusterEvent> raise(ClusterMap map, Raise raise) {
    if (raise.level() <= map.level()) {
      return Decision.answer(null);
    }
    for (ClusterMap.Node node : map.nodes()) {
      Build build =
          raise.builds().stream()
              .filter(one -> one.node().equals(node.id()))
              .findFirst()
              .map(Runs::build)
              .orElse(null);
      if (build == null) {
        return Decision.reject(
            "node-silent",
            "Node "
                + node.name()
                + " does not answer, so it is not known what it supports: start it, or remove it"
                + " from the cluster.");
      }
      if (!build.supports(raise.level())) {
        return Decision.reject(
            "level-not-supported",
            "Node " + node.name() + ": " + build.refusal(raise.level()) + ".");
      }
    }
    return Decision.accept(new Raised(raise.level()), null);
  }

  private static Decision<ClusterEvent> unknown(String node) {
    return Decision.reject("unknown-node", "The cluster has no node " + node + ".");
  }

  @Override
  public ClusterMap evolve(ClusterMap map, ClusterEvent event) {
    return switch (event) {
      case Founded founded ->
          ClusterMap.ofOne(founded.id(), founded.shards(), founded.node(), founded.level())
              .withMoves(List.of(), founded.lastMove());
      case Joined joined -> withNode(map, joined.node());
      case Marked marked ->
          nodes(map, one -> one.id().equals(marked.node()) ? one.with(marked.status()) : one);
      case Removed removed ->
          map.withNodes(
              map.nodes().stream().filter(one -> !one.id().equals(removed.node())).toList());
      case Replicated replicated -> map.withReplicas(replicated.replicas());
      case Placed placed -> placed(map, placed);
      case Raised raised -> map.withLevel(raised.level());
      case ShardAdded added -> SlotMoves.added(map, added);
      case Settled settled -> shards(map, one -> one.shard() == settled.shard() ? one.led() : one);
      case MoveBegun begun -> SlotMoves.begun(map, begun);
      case Arrived arrived -> SlotMoves.arrived(map, arrived);
      case MoveEnding ending -> SlotMoves.ending(map, ending);
      case Stayed stayed -> SlotMoves.stayed(map, stayed);
      case ShardRemoved gone ->
          map.withShards(map.shards().stream().filter(one -> one.shard() != gone.shard()).toList());
    };
  }

  private static ClusterMap withNode(ClusterMap map, ClusterMap.Node node) {
    if (map.node(node.id()).isPresent()) {
      return nodes(map, one -> one.id().equals(node.id()) ? node : one);
    }
    List<ClusterMap.Node> nodes = new ArrayList<>(map.nodes());
    nodes.add(node);
    return map.withNodes(nodes);
  }

  private static ClusterMap nodes(ClusterMap map, UnaryOperator<ClusterMap.Node> change) {
    return map.withNodes(map.nodes().stream().map(change).toList());
  }

  static ClusterMap shards(ClusterMap map, UnaryOperator<ClusterMap.Placement> change) {
    return map.withShards(map.shards().stream().map(change).toList());
  }

  private static ClusterMap placed(ClusterMap map, Placed placed) {
    return placed.shard() == ClusterMap.SYSTEM_SHARD
        ? map.withSystem(placed.replicas())
        : shards(map, one -> one.shard() == placed.shard() ? one.on(placed.replicas()) : one);
  }
}
