package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.cluster.ClusterCommand.Arrive;
import dev.perdure.runtime.cluster.ClusterCommand.Cancel;
import dev.perdure.runtime.cluster.ClusterCommand.Fail;
import dev.perdure.runtime.cluster.ClusterCommand.Found;
import dev.perdure.runtime.cluster.ClusterCommand.Move;
import dev.perdure.runtime.cluster.ClusterCommand.Place;
import dev.perdure.runtime.cluster.ClusterCommand.Settle;
import dev.perdure.runtime.cluster.ClusterCommand.Split;
import dev.perdure.runtime.cluster.ClusterCommand.Stay;
import dev.perdure.runtime.cluster.ClusterMap.Slots;
import dev.perdure.runtime.record.SlotSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the map allows of moves, and what becomes of it. */
class SlotMovesTest {

  private final Cluster rules = new Cluster();
  private ClusterMap map = ClusterMap.NONE;

  @BeforeEach
  void twoShards() {
    ClusterMap.Node node =
        new ClusterMap.Node("a", "a", "a:7402", "", ClusterMap.Status.SERVING, null);
    apply(new Found("c", 2, node, Build.SLOTS_MOVE, 0));
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

  private static Move move(int from, int to, int shard) {
    return new Move(List.of(new Slots(from, to)), shard);
  }

  private String slotsOf(int shard) {
    return Slots.set(map.shard(shard).orElseThrow().slots()).toString();
  }

  @Test
  void slotsAreTheOldShardsUntilTheyArrive() {
    apply(move(100, 199, 1));
    assertThat(slotsOf(0)).isEqualTo("0-2047");

    apply(new Arrive(1, List.of(new Slots(100, 149))));

    assertThat(slotsOf(0)).isEqualTo("0-99,150-2047");
    assertThat(slotsOf(1)).isEqualTo("100-149,2048-4095");
    assertThat(map.move(1).orElseThrow().slots()).containsExactly(new Slots(150, 199));
    apply(new Arrive(1, List.of(new Slots(150, 199))));
    assertThat(map.moves()).isEmpty();
    assertThat(map.lastMove()).isEqualTo(1);
    ClusterMap before = map;
    apply(new Arrive(1, List.of(new Slots(100, 199))));
    assertThat(map).isEqualTo(before);
  }

  @Test
  void refusesWhatCannotBeMoved() {
    apply(move(100, 199, 1));

    assertThat(rejected(move(150, 250, 1))).isEqualTo("moving");
    assertThat(rejected(move(2000, 2100, 1))).isEqualTo("bad-slots");
    assertThat(rejected(move(0, 10, 0))).isEqualTo("bad-slots");
    assertThat(rejected(move(10, 5, 1))).isEqualTo("bad-slots");
    assertThat(rejected(move(5000, 6000, 1))).isEqualTo("bad-slots");
    assertThat(rejected(move(0, 10, 7))).isEqualTo("unknown-shard");
    assertThat(rejected(new Split(ClusterMap.SYSTEM_SHARD))).isEqualTo("unknown-shard");
    for (int i = 0; i < 7; i++) {
      apply(move(i, i, 1));
    }
    assertThat(rejected(move(50, 50, 1))).isEqualTo("too-many-moves");
    assertThat(rejected(new Split(1))).isEqualTo("too-many-moves");
  }

  @Test
  void nothingMovesBeforeEveryNodeCanReadOfIt() {
    map = map.withLevel(Build.SLOTS_MOVE - 1);

    assertThat(rejected(move(0, 1, 1))).isEqualTo("level-too-low");
    assertThat(rejected(new Split(0))).isEqualTo("level-too-low");
    assertThat(new String(MapMessage.json(map), StandardCharsets.UTF_8))
        .doesNotContain("moves", "lastMove", "founder");
  }

  @Test
  void aSplitGivesHalfOfTheSlotsThatDoNotMoveToANewShard() {
    apply(move(0, 47, 1));
    apply(new Split(0));

    assertThat(map.move(2).orElseThrow().slots()).containsExactly(new Slots(1048, 2047));
    assertThat(map.move(2).orElseThrow().to()).isEqualTo(2);
    ClusterMap.Placement added = map.shard(2).orElseThrow();
    assertThat(added.founder()).isEqualTo("a");
    assertThat(rejected(move(3000, 3000, 2))).isEqualTo("unknown-shard");
    assertThat(rejected(new Place(2, List.of("a")))).isEqualTo("not-settled");
    apply(new Settle(2));
    assertThat(map.shard(2).orElseThrow().settled()).isTrue();
    apply(move(3000, 3000, 2));
    assertThat(SlotSet.range(0, 4095).all(slot -> map.shardOfSlots()[slot] >= 0)).isTrue();
  }

  @Test
  void aMapThatWasSavedBeforeThereWereMovesIsRead() {
    String saved =
        """
        {"id":"c","nodes":[],"replicas":3,"shards":[{"replicas":["a"],"shard":0,
        "slots":[{"from":0,"to":4095}]}],"system":["a"]}""";
    ClusterMap read = MapMessage.read(saved.getBytes(StandardCharsets.UTF_8));

    assertThat(read.moves()).isEmpty();
    assertThat(read.lastMove()).isZero();
    assertThat(read.shard(0).orElseThrow().settled()).isTrue();
    apply(new Split(1));
    assertThat(MapMessage.read(MapMessage.json(map))).isEqualTo(map);
  }

  private boolean changesNothing(ClusterCommand command) {
    return rules.decide(map, command, null) instanceof Decision.Accepted<ClusterEvent> taken
        && taken.events().isEmpty();
  }

  @Test
  void whatHasNotArrivedOfAMoveThatIsCalledBackStays() {
    apply(move(100, 199, 1));
    apply(new Arrive(1, List.of(new Slots(100, 149))));
    assertThat(rejected(new Cancel(7))).isEqualTo("unknown-move");
    assertThat(changesNothing(new Stay(1, List.of(new Slots(150, 199))))).isTrue();

    apply(new Cancel(1));
    assertThat(changesNothing(new Cancel(1))).isTrue();
    assertThat(changesNothing(new Fail(1, "late"))).isTrue();
    apply(new Arrive(1, List.of(new Slots(150, 150)))); // it was there already
    assertThat(map.move(1).orElseThrow().ends()).isTrue();
    assertThat(rejected(move(160, 170, 1))).isEqualTo("moving");
    apply(new Stay(1, List.of(new Slots(151, 160))));
    apply(new Stay(1, List.of(new Slots(100, 199))));

    assertThat(map.moves()).isEmpty();
    assertThat(slotsOf(0)).isEqualTo("0-99,151-2047");
    assertThat(map.ended()).hasSize(1);
    assertThat(map.ended().getFirst().slots()).containsExactly(new Slots(151, 199));
    assertThat(map.ended().getFirst().ending()).contains("operator");
    assertThat(changesNothing(new Cancel(1))).isTrue();
    assertThat(MapMessage.read(MapMessage.json(map))).isEqualTo(map);
    apply(move(151, 199, 1));
    assertThat(map.lastMove()).isEqualTo(2);
  }

  @Test
  void aMoveThatCannotGoOnSaysWhyAndOnlyTheNewestOnesAreKept() {
    for (int i = 1; i <= 10; i++) {
      apply(move(i, i, 1));
      apply(new Fail(i, "row " + i + " is damaged"));
      apply(new Stay(i, List.of(new Slots(i, i))));
    }
    assertThat(map.moves()).isEmpty();
    assertThat(map.ended()).hasSize(8);
    assertThat(map.ended().getLast().ending()).isEqualTo("row 10 is damaged");
    assertThat(map.ended().getFirst().id()).isEqualTo(3);
  }

  @Test
  void aSplitThatNeverBeganIsCalledBackAndItsNumberIsNotUsedAgain() {
    apply(new Split(0));
    apply(new Cancel(1));

    assertThat(map.shard(2)).isEmpty();
    assertThat(map.moves()).isEmpty();
    assertThat(slotsOf(0)).isEqualTo("0-2047");
    assertThat(changesNothing(new Settle(2))).isTrue();
    apply(new Split(0));
    assertThat(map.shard(2)).isEmpty();
    assertThat(map.shard(3).orElseThrow().settled()).isFalse();
    apply(new Settle(3));
    apply(new Cancel(2));
    assertThat(map.shard(3)).isPresent();
    assertThat(map.move(2).orElseThrow().ends()).isTrue();
  }

  @Test
  void aRestoredClusterCountsOnFromTheMovesThatItsShardsRemember() {
    ClusterMap.Node node = map.nodes().getFirst();
    map = ClusterMap.NONE;
    apply(new Found("d", 2, node, Build.SLOTS_MOVE, 41));

    apply(move(0, 5, 1));

    assertThat(map.move(42)).isPresent();
  }
}
