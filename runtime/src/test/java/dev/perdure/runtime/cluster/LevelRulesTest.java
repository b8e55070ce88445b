package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.cluster.ClusterCommand.Runs;
import dev.perdure.runtime.cluster.ClusterMap.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The map's rules about levels: nothing is in force that a node of it cannot read. */
class LevelRulesTest {

  private static final Build FIRST = new Build("0.1", 1, 1);
  private static final Build SECOND = new Build("0.2", 1, 2);

  private final Cluster rules = new Cluster();
  private ClusterMap map = ClusterMap.NONE;

  private Decision<ClusterEvent> decide(ClusterCommand command) {
    Decision<ClusterEvent> decision = rules.decide(map, command, null);
    if (decision instanceof Decision.Accepted<ClusterEvent> accepted) {
      accepted.events().forEach(event -> map = rules.evolve(map, event));
    }
    return decision;
  }

  private String rejected(ClusterCommand command) {
    return ((Decision.Rejected<ClusterEvent>) decide(command)).rejection().detail();
  }

  private static ClusterMap.Node node(String id, Build build) {
    return new ClusterMap.Node(id, "n" + id, id + ":7402", "", Status.SERVING, build);
  }

  private void twoNodesAtTheFirstLevel() {
    decide(new ClusterCommand.Found("c", 3, node("a", null), 1, 0));
    decide(new ClusterCommand.Join(node("b", null)));
    assertThat(map.level()).isEqualTo(1);
  }

  @Test
  void isRaisedWhenEveryNodeSaysThatItSupportsIt() {
    twoNodesAtTheFirstLevel();

    decide(new ClusterCommand.Raise(2, List.of(new Runs("b", SECOND), new Runs("a", SECOND))));

    assertThat(map.level()).isEqualTo(2);
    assertThat(map.nodes()).hasSize(2);

    decide(new ClusterCommand.Raise(1, List.of()));
    assertThat(map.level()).as("what is in force stays").isEqualTo(2);
  }

  @Test
  void isNotRaisedWhileANodeIsSilentOrOld() {
    twoNodesAtTheFirstLevel();

    assertThat(rejected(new ClusterCommand.Raise(2, List.of(new Runs("a", SECOND)))))
        .startsWith("Node nb does not answer");
    assertThat(
            rejected(
                new ClusterCommand.Raise(2, List.of(new Runs("a", SECOND), new Runs("b", FIRST)))))
        .startsWith("Node nb: build 0.1 (level 1) is too old for level 2; start a build");
    assertThat(map.level()).isEqualTo(1);
  }

  @Test
  void nodeThatCannotReadTheLevelDoesNotJoin() {
    decide(new ClusterCommand.Found("c", 3, node("a", SECOND), 2, 0));

    assertThat(rejected(new ClusterCommand.Join(node("b", FIRST))))
        .contains("build 0.1 (level 1) is too old for level 2");
    assertThat(rejected(new ClusterCommand.Join(node("b", null))))
        .contains("at level 2: the node says no level");
    decide(new ClusterCommand.Join(node("b", SECOND)));
    assertThat(map.node("b").orElseThrow().build()).isEqualTo(SECOND);
  }

  @Test
  void otherChangesLeaveTheLevel() {
    decide(new ClusterCommand.Found("c", 3, node("a", SECOND), 2, 0));
    decide(new ClusterCommand.Join(node("b", SECOND)));
    decide(new ClusterCommand.Replicate(5));
    decide(new ClusterCommand.Place(1, List.of("a", "b")));
    decide(new ClusterCommand.Place(ClusterMap.SYSTEM_SHARD, List.of("b")));
    decide(new ClusterCommand.Mark("a", Status.DRAINING));

    assertThat(map.level()).isEqualTo(2);
    assertThat(map.node("a").orElseThrow().build()).isEqualTo(SECOND);
  }

  /** What goes to older builds below the second level must have no field that is new to them. */
  @Test
  void nodeIsToldWithoutItsBuildBelowTheSecondLevel() {
    assertThat(node("a", null).at(1, SECOND).build()).isNull();
    assertThat(node("a", null).at(2, SECOND).build()).isEqualTo(SECOND);
    byte[] sent =
        MapMessage.types()
            .stored(ClusterMap.ADDRESS.type())
            .body(new ClusterCommand.Join(node("a", null)))
            .json();
    assertThat(new String(sent, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"node\":{\"address\":\"a:7402\",\"id\":\"a\",\"name\":\"na\","
                + "\"status\":\"SERVING\",\"zone\":\"\"}}");
  }
}
