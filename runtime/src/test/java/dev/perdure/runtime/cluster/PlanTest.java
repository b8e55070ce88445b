package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.runtime.cluster.ClusterMap.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The planner over the map's own rules: what it asks for is done at once, until it rests. */
class PlanTest {

  private static final int ROUNDS_MAX = 100;

  private final Cluster rules = new Cluster();
  private final Set<String> alive = new HashSet<>();
  private final Set<String> dead = new HashSet<>();
  private ClusterMap map = ClusterMap.NONE;

  private void found(int shards) {
    alive.add("a");
    apply(new ClusterCommand.Found("c", shards, node("a", ""), 1, 0));
  }

  private void join(String id, String zone) {
    alive.add(id);
    apply(new ClusterCommand.Join(node(id, zone)));
  }

  private static ClusterMap.Node node(String id, String zone) {
    return new ClusterMap.Node(id, id, id + ":7402", zone, Status.SERVING, null);
  }

  private void apply(ClusterCommand command) {
    Decision<ClusterEvent> decision = rules.decide(map, command, null);
    assertThat(decision).as("%s", command).isInstanceOf(Decision.Accepted.class);
    for (ClusterEvent event : ((Decision.Accepted<ClusterEvent>) decision).events()) {
      map = rules.evolve(map, event);
    }
  }

  private String rejected(ClusterCommand command) {
    return ((Decision.Rejected<ClusterEvent>) rules.decide(map, command, null)).rejection().code();
  }

  private List<ClusterCommand> plan() {
    return Plan.next(map, new Plan.Heard(alive, dead, new HashSet<>(map.numbers())));
  }

  /** Lets the planner go on until it has no wish left. */
  private void settle() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<ClusterCommand> changes = plan();
      if (changes.isEmpty()) {
        return;
      }
      changes.forEach(this::apply);
    }
    throw new AssertionError("the plan does not come to rest: " + map);
  }

  private Map<String, Integer> firsts() {
    Map<String, Integer> firsts = new HashMap<>();
    map.shards().forEach(one -> firsts.merge(one.replicas().getFirst(), 1, Integer::sum));
    return firsts;
  }

  @Test
  void spreadsReplicasAndLeadersOverThreeNodes() {
    found(6);
    join("b", "");
    join("c", "");
    settle();
    assertThat(map.shards()).allSatisfy(one -> assertThat(one.replicas()).hasSize(3));
    assertThat(map.system()).hasSize(3);
    assertThat(firsts().values()).allSatisfy(count -> assertThat(count).isBetween(1, 3));
  }

  @Test
  void changesAtMostTwoShardsAtATime() {
    found(6);
    join("b", "");
    join("c", "");
    assertThat(plan()).hasSize(2);
    Plan.Heard moving = new Plan.Heard(alive, dead, Set.of(2, 3, 4, 5));
    assertThat(Plan.next(map, moving)).as("three are on their way").isEmpty();
  }

  @Test
  void putsReplicasInDifferentZones() {
    found(2);
    join("b", "east");
    join("c", "east");
    join("d", "west");
    settle();
    for (ClusterMap.Placement placement : map.shards()) {
      List<String> zones = new ArrayList<>();
      placement.replicas().forEach(id -> zones.add(map.node(id).orElseThrow().zone()));
      assertThat(zones).doesNotHaveDuplicates();
    }
  }

  /** Its shard is not at rest, and would never be. */
  @Test
  void replacesANodeThatDiedBeforeItBecameAMember() {
    found(1);
    join("b", "");
    join("c", "");
    settle();
    join("d", "");
    apply(new ClusterCommand.Place(0, List.of("a", "b", "d")));
    alive.remove("d");
    dead.add("d");

    List<ClusterCommand> changes =
        Plan.next(map, new Plan.Heard(alive, dead, Set.of(ClusterMap.SYSTEM_SHARD)));

    assertThat(changes).containsExactly(new ClusterCommand.Place(0, List.of("b", "a", "c")));
  }

  @Test
  void replacesADeadNodeOnlyByASpare() {
    found(3);
    join("b", "");
    join("c", "");
    settle();
    alive.remove("c");
    assertThat(plan()).as("silent for a moment").isEmpty();
    dead.add("c");
    assertThat(plan()).as("no spare").isEmpty();
    join("d", "");
    settle();
    assertThat(map.shards())
        .allSatisfy(one -> assertThat(one.replicas()).containsExactlyInAnyOrder("a", "b", "d"));
  }

  @Test
  void emptiesANodeThatLeavesAndForgetsIt() {
    found(3);
    for (String id : List.of("b", "c", "d")) {
      join(id, "");
    }
    settle();
    apply(new ClusterCommand.Mark("a", Status.LEAVING));
    settle();
    assertThat(map.node("a")).isEmpty();
    assertThat(map.numbers())
        .allSatisfy(shard -> assertThat(map.replicasOf(shard)).hasSize(3).doesNotContain("a"));
  }

  @Test
  void drainedNodesLeadNothingAndKeepWhatTheyHold() {
    found(3);
    join("b", "");
    join("c", "");
    settle();
    apply(new ClusterCommand.Mark("a", Status.DRAINING));
    settle();
    assertThat(firsts()).doesNotContainKey("a");
    assertThat(map.shards()).allSatisfy(one -> assertThat(one.replicas()).contains("a"));
  }

  @Test
  void refusesWhatWouldBreakTheMap() {
    found(3);
    join("b", "");
    assertThat(rejected(new ClusterCommand.Remove("a"))).isEqualTo("holds-replicas");
    assertThat(rejected(new ClusterCommand.Place(9, List.of("a")))).isEqualTo("unknown-shard");
    assertThat(rejected(new ClusterCommand.Place(0, List.of("x")))).isEqualTo("unknown-node");
    assertThat(rejected(new ClusterCommand.Place(0, List.of()))).isEqualTo("bad-placement");
    assertThat(rejected(new ClusterCommand.Place(0, List.of("a", "a")))).isEqualTo("bad-placement");
    assertThat(rejected(new ClusterCommand.Replicate(2))).isEqualTo("bad-replicas");
    ClusterMap.Node stranger = new ClusterMap.Node("z", "z", "a:7402", "", Status.SERVING, null);
    assertThat(rejected(new ClusterCommand.Join(stranger))).isEqualTo("address-taken");
    apply(new ClusterCommand.Mark("b", Status.DRAINING));
    assertThat(rejected(new ClusterCommand.Mark("a", Status.LEAVING))).isEqualTo("last-node");
  }

  @Test
  void everySlotHasOneShard() {
    for (int shards = 1; shards <= 64; shards++) {
      int[] of = ClusterMap.ofOne("c", shards, node("a", ""), 1).shardOfSlots();
      for (int slot = 0; slot < of.length; slot++) {
        assertThat(of[slot])
            .as("slot %d of %d shards", slot, shards)
            .isEqualTo(slot * shards / of.length);
      }
    }
  }
}
