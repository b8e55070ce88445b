package dev.perdure.testkit.cluster;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.MemberStep;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the replicas of a machine to what the map wants, as the runtime's Keeper does it. What is
 * to be done next the runtime says itself; how it is done is asynchronous here.
 */
final class Caretaker {

  private static final long MS = 1_000_000;
  private static final long MAP_MAX_NS = 6_000 * MS;
  private static final long HOST_MAX_NS = 8_000 * MS;
  private static final long CHANGE_MAX_NS = 20_000 * MS;
  private static final long TRANSFER_MAX_NS = 1_000 * MS;
  private static final long QUIET_NS = 10_000 * MS;

  private final Machine machine;
  private final ClusterWorld world;
  private final Steward steward;
  private final Map<Integer, Long> busyUntilNs = new TreeMap<>();
  private final Map<Integer, Long> changedNs = new TreeMap<>();
  private final Map<Integer, String> leftBehind = new TreeMap<>();
  private final Set<Integer> unfinished = new TreeSet<>();

  Caretaker(Machine machine, Steward steward) {
    this.machine = machine;
    this.world = machine.world();
    this.steward = steward;
  }

  void leftBehind(int shard, String leader) {
    leftBehind.put(shard, leader);
  }

  void unfinished(int shard) {
    unfinished.add(shard);
  }

  private boolean busy(int shard) {
    return busyUntilNs.getOrDefault(shard, Long.MIN_VALUE) > machine.nowNs();
  }

  private void begin(int shard, long maxNs) {
    busyUntilNs.put(shard, machine.nowNs() + maxNs);
  }

  private void end(int shard) {
    busyUntilNs.remove(shard);
    changedNs.put(shard, machine.nowNs());
  }

  void tick() {
    unfinished.removeIf(shard -> machine.held(shard) != null);
    for (int shard : List.copyOf(unfinished)) {
      String leader = steward.view().leader(shard);
      if (leader != null && !leader.equals(machine.name()) && !busy(shard)) {
        rebuild(shard, leader);
      }
    }
    for (Held held : machine.replicas()) {
      int shard = held.number();
      String leader = busy(shard) ? null : leftBehind.remove(shard);
      if (busy(shard)) {
        continue;
      }
      if (leader != null) {
        rebuild(shard, leader);
      } else if (held.shard().leads() && held.raft().leading() != null) {
        reconcile(held);
      } else if (!steward.view().map().id().isEmpty()
          && !steward.view().map().replicasOf(shard).contains(machine.name())) {
        leave(held);
      }
    }
  }

  private void rebuild(int shard, String leader) {
    begin(shard, HOST_MAX_NS);
    new Fetching(machine, shard)
        .run(
            world.named(leader),
            done -> {
              if (done || machine.held(shard) != null) {
                unfinished.remove(shard);
              }
              end(shard);
            });
  }

  private void reconcile(Held held) {
    int shard = held.number();
    List<String> wanted = steward.view().map().replicasOf(shard);
    MemberStep step = next(held, wanted);
    switch (step) {
      case MemberStep.Add add -> confirmed(held, add);
      case MemberStep.Remove remove -> confirmed(held, remove);
      case MemberStep.HandOver out -> handOver(held, wanted);
      case MemberStep.Rest rest -> lead(held, wanted);
    }
    if (world.has(ClusterBug.SLOTS_MOVED_EARLY) && shard == 0) {
      moveEarly(held.shard());
    }
  }

  private MemberStep next(Held held, List<String> wanted) {
    int shard = held.number();
    return MemberStep.next(
        machine.name(),
        names(held.raft().disk().members().all()),
        wanted,
        steward.heard().of(shard));
  }

  /** Changes members only as the newest map wants it, too. */
  private void confirmed(Held held, MemberStep step) {
    int shard = held.number();
    begin(shard, MAP_MAX_NS);
    steward.newestMap(
        map -> {
          end(shard);
          boolean leads = held.shard().leads() && held.raft().leading() != null;
          if (map == null || !leads || machine.held(shard) != held) {
            return;
          }
          if (!step.equals(next(held, map.replicasOf(shard)))) {
            world.hit(ClusterProbe.MAP_WAS_OLD);
            return;
          }
          switch (step) {
            case MemberStep.Add add -> add(held, add.node());
            case MemberStep.Remove remove -> {
              if (remove.lost()) {
                world.hit(ClusterProbe.LOST_REPLICA_REPLACED);
              }
              remove(held, remove.node());
            }
            case MemberStep.HandOver out -> {
              // It changes no members.
            }
            case MemberStep.Rest rest -> {
              // It changes nothing.
            }
          }
        });
  }

  private void moveEarly(Shard shard) {
    SlotChange gone = new SlotChange(SlotTable.Status.GONE, 1, 1, 0, SlotSet.range(7, 7));
    long until = machine.clock().monotonicNs() + CHANGE_MAX_NS;
    shard.move(new MoveStep.Change(gone), new CallContext("", "", until));
  }

  private static List<String> names(List<Integer> machines) {
    return machines.stream().map(one -> "n" + one).toList();
  }

  private void add(Held held, String node) {
    int shard = held.number();
    Machine other = world.named(node);
    begin(shard, HOST_MAX_NS);
    world
        .network()
        .send(
            machine,
            other,
            () ->
                other
                    .steward()
                    .caretaker()
                    .host(
                        shard,
                        machine,
                        ok ->
                            world
                                .network()
                                .send(other, machine, () -> hosted(shard, other.id(), ok))));
  }

  /** Begins to hold a replica, as a member of nothing yet. */
  private void host(int shard, Machine leader, Consumer<Boolean> told) {
    if (machine.held(shard) != null) {
      told.accept(true);
      return;
    }
    if (busy(shard)) {
      return;
    }
    begin(shard, HOST_MAX_NS);
    machine.disks(shard).begin();
    new Fetching(machine, shard)
        .run(
            leader,
            done -> {
              end(shard);
              told.accept(done);
            });
  }

  private void hosted(int shard, int node, boolean ok) {
    Leading leading = leading(shard);
    if (!ok || leading == null) {
      end(shard);
      return;
    }
    List<Integer> members = new ArrayList<>(machine.disks(shard).log().members().now());
    if (!members.contains(node)) {
      members.add(node);
    }
    change(shard, leading, members, ClusterProbe.MEMBER_ADDED);
  }

  private @Nullable Leading leading(int shard) {
    Raft raft = machine.raft(shard);
    return raft == null ? null : raft.leading();
  }

  private void remove(Held held, String node) {
    Leading leading = leading(held.number());
    if (leading != null) {
      int gone = world.named(node).id();
      List<Integer> members =
          held.raft().disk().members().now().stream().filter(one -> one != gone).toList();
      change(held.number(), leading, members, ClusterProbe.MEMBER_REMOVED);
    }
  }

  private void change(int shard, Leading leading, List<Integer> members, ClusterProbe probe) {
    begin(shard, CHANGE_MAX_NS);
    leading.change(
        members,
        done -> {
          if (done) {
            world.hit(probe);
          }
          end(shard);
        });
  }

  private void handOver(Held held, List<String> wanted) {
    Leading leading = leading(held.number());
    if (leading == null) {
      return;
    }
    begin(held.number(), TRANSFER_MAX_NS);
    Map<Integer, Long> matched = leading.matched();
    wanted.stream()
        .map(node -> world.named(node).id())
        .filter(one -> matched.containsKey(one))
        .filter(one -> steward.heard().alive("n" + one))
        .max(java.util.Comparator.comparing(matched::get))
        .ifPresent(leading::transfer);
  }

  /** Hands leadership to whom the map wants, after a quiet time. */
  private void lead(Held held, List<String> wanted) {
    String preferred = wanted.stream().filter(this::serves).findFirst().orElse(machine.name());
    long changed = changedNs.computeIfAbsent(held.number(), any -> machine.nowNs());
    if (!preferred.equals(machine.name())
        && machine.nowNs() - changed >= QUIET_NS
        && steward.heard().alive(preferred)) {
      handOver(held, List.of(preferred));
    }
  }

  private boolean serves(String node) {
    return steward
        .view()
        .map()
        .node(node)
        .filter(one -> one.status() == ClusterMap.Status.SERVING)
        .isPresent();
  }

  /** It goes when its leader says that it does not belong. */
  private void leave(Held held) {
    int shard = held.number();
    Shard replica = held.shard();
    String leader = replica.otherLeader();
    leader = leader == null ? steward.view().leader(shard) : leader;
    if (leader == null || leader.equals(machine.name())) {
      return;
    }
    Machine other = world.named(leader);
    world
        .network()
        .send(
            machine,
            other,
            () -> {
              if (disowns(other, shard)) {
                world.network().send(other, machine, () -> gone(shard, other));
              }
            });
  }

  /** True if a machine leads a shard, and this one is no member, nor is to become one. */
  private boolean disowns(Machine leader, int shard) {
    Held there = leader.held(shard);
    boolean wanted = leader.steward().view().map().replicasOf(shard).contains(machine.name());
    return there != null
        && there.raft().leading() != null
        && !there.raft().disk().members().has(machine.id())
        && !wanted;
  }

  /** The leader said so; it is asked once more. */
  private void gone(int shard, Machine leader) {
    boolean wanted =
        steward.view().map().replicasOf(shard).contains(machine.name()) || !disowns(leader, shard);
    if (!wanted && machine.held(shard) != null && !busy(shard)) {
      world.hit(ClusterProbe.REPLICA_LEFT_THE_SHARD);
      world.trace(machine.name() + "/" + shard + " leaves the shard");
      machine.drop(shard);
    }
  }
}
