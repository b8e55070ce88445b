package dev.perdure.lab.cluster.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.http.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ClusterWatchTest {

  private static final List<NodeAddress> NODES =
      List.of(
          NodeAddress.of("n1", "10.0.0.1"),
          NodeAddress.of("n2", "10.0.0.2"),
          NodeAddress.of("n3", "10.0.0.3"));
  private static final Duration SHORT = Duration.ofMillis(250);

  private static ClusterStatus status(String text) {
    return AdminClusterView.read(JsonMapper.builder().build().readTree(text));
  }

  /** A leader in a term, and replicas as index and hash. */
  private static ClusterStatus status(int leader, long term, String... replicas) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < replicas.length; i++) {
      String[] parts = replicas[i].split(" ", -1);
      all.append(i == 0 ? "" : ",")
          .append(
              "{\"node\":\"id%d\",\"applied\":%s,\"hash\":\"%s\"}"
                  .formatted(i + 1, parts[0], parts[1]));
    }
    return status(
        """
        {"nodes":[{"id":"id1","name":"a","address":"10.0.0.1:7402","state":"up"},
                  {"id":"id2","name":"b","address":"10.0.0.2:7402","state":"up"},
                  {"id":"id3","name":"c","address":"10.0.0.3:7402","state":"up"}],
         "shards":[{"shard":0,"leader":"%s","term":%d,"replicas":[%s]}]}
        """
            .formatted(leader == 0 ? "" : "id" + leader, term, all));
  }

  private static ClusterWatch watch(Map<String, ClusterStatus> answers) {
    return new ClusterWatch(
        node -> {
          ClusterStatus answer = answers.get(node.name());
          if (answer == null) {
            throw new IOException("silent");
          }
          return answer;
        },
        NODES,
        3);
  }

  @Test
  void readsTheAdminPortsForm() {
    ClusterStatus read = status(2, 7, "5 x", "6 y", "5 x");
    assertThat(read.nodes()).hasSize(3);
    assertThat(read.nodes().getFirst())
        .isEqualTo(new ClusterStatus.Node("id1", "a", "10.0.0.1:7402", "up"));
    ClusterStatus.Shard shard = read.shards().getFirst();
    assertThat(shard.leader()).isEqualTo("id2");
    assertThat(shard.term()).isEqualTo(7);
    assertThat(shard.replicas().get(1)).isEqualTo(new ClusterStatus.Replica("id2", 6, "y"));
    assertThat(status("{}").shards()).isEmpty();
  }

  @Test
  void believesTheNewestTerm() {
    assertThat(watch(Map.of("n1", status(1, 3), "n2", status(2, 4))).leader()).hasValue(2);
    assertThat(watch(Map.of("n1", status(1, 5), "n2", status(2, 4))).leader()).hasValue(1);
    assertThat(watch(Map.of("n3", status(2, 4))).leader()).hasValue(2);
    assertThat(watch(Map.of("n1", status(1, 3), "n2", status(0, 9))).leader())
        .as("one that knows none says nothing")
        .hasValue(1);
    assertThat(watch(Map.of()).leader()).isEmpty();
  }

  @Test
  void equalReplicasHold() {
    Check check =
        watch(Map.of("n2", status(1, 1, "9 x", "9 x", "9 x"))).replicasEqual(Duration.ZERO);
    assertThat(check.held()).isTrue();
  }

  @Test
  void aReplicaThatHoldsSomethingElseIsFound() {
    Check check = watch(Map.of("n1", status(1, 1, "9 x", "9 y", "9 x"))).replicasEqual(SHORT);
    assertThat(check.held()).isFalse();
    assertThat(check.found()).contains("shard 0", "hash=y");
  }

  @Test
  void hashesThatAreMissingAreNotEqual() {
    assertThat(watch(Map.of("n1", status(1, 1, "9 ", "9 ", "9 "))).replicasEqual(SHORT).held())
        .isFalse();
  }

  @Test
  void aReplicaThatIsMissingOrStaysBehindIsFound() {
    assertThat(watch(Map.of("n1", status(1, 1, "9 x", "9 x"))).replicasEqual(SHORT).held())
        .isFalse();
    Check behind = watch(Map.of("n1", status(1, 1, "9 x", "8 x", "9 x"))).replicasEqual(SHORT);
    assertThat(behind.held()).isFalse();
    assertThat(behind.found()).contains("not at one index");
    assertThat(watch(Map.of()).replicasEqual(SHORT).found()).contains("no node says");
  }

  @Test
  void replicasMayCatchUp() {
    Deque<ClusterStatus> answers =
        new ArrayDeque<>(
            List.of(
                status(1, 1, "9 x", "7 w", "9 x"),
                status(1, 1, "9 x", "8 w", "9 x"),
                status(1, 1, "9 x", "9 x", "9 x")));
    ClusterWatch watch =
        new ClusterWatch(
            node -> answers.size() > 1 ? answers.poll() : answers.getFirst(), NODES, 3);
    assertThat(watch.replicasEqual(Duration.ofSeconds(10)).held()).isTrue();
  }

  @Test
  void aClusterIsWholeWithALeaderAndAllReplicas() {
    assertThat(watch(Map.of("n1", status(1, 1, "1 x", "0 ", "0 "))).awaitWhole(SHORT)).isTrue();
    assertThat(watch(Map.of("n1", status(0, 1, "1 x", "0 ", "0 "))).awaitWhole(SHORT)).isFalse();
    assertThat(watch(Map.of("n1", status(1, 1, "1 x"))).awaitWhole(SHORT)).isFalse();
  }
}
