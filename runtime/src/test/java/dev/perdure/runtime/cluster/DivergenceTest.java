package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.apply.ShardState.StateHash;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceTest {

  private static final List<String> MEMBERS = List.of("n1", "n2", "n3");

  private static StatusMessage said(String node, boolean leads, long index, long hash) {
    return new StatusMessage(
        node,
        List.of(
            new StatusMessage.Replica(
                0,
                leads,
                1,
                index,
                index,
                MEMBERS,
                new StateHash(index + node.charAt(1), 7),
                List.of(new StateHash(index, hash)),
                0)),
        Disk.UNKNOWN,
        Build.THIS,
        "",
        0);
  }

  @Test
  void theReplicaThatTwoOthersContradictIsWrongAlsoIfItLeads() {
    List<StatusMessage> all =
        List.of(said("n1", true, 64, 9), said("n2", false, 64, 5), said("n3", false, 64, 5));
    assertThat(Divergence.of("n1", 0, all)).contains("index 64").contains("9").contains("5");
    assertThat(Divergence.of("n2", 0, all)).isEmpty();
    assertThat(Divergence.of("n3", 0, all)).isEmpty();
  }

  @Test
  void whenNoTwoAgreeTheLeaderIsBelieved() {
    List<StatusMessage> all =
        List.of(said("n1", true, 64, 9), said("n2", false, 64, 5), said("n3", false, 64, 6));
    assertThat(Divergence.of("n1", 0, all)).isEmpty();
    assertThat(Divergence.of("n2", 0, all)).isNotEmpty();
    assertThat(Divergence.of("n3", 0, all)).isNotEmpty();
  }

  @Test
  void oneAgainstOneIsNotDecidedWhileTheThirdIsNotHeard() {
    List<StatusMessage> all = List.of(said("n1", true, 64, 9), said("n2", false, 64, 5));
    assertThat(Divergence.of("n1", 0, all)).isEmpty();
    assertThat(Divergence.of("n2", 0, all)).isEmpty();
  }

  @Test
  void differentIndexesSayNothing() {
    List<StatusMessage> all =
        List.of(said("n1", true, 64, 9), said("n2", false, 128, 5), said("n3", false, 128, 5));
    assertThat(Divergence.of("n1", 0, all)).isEmpty();
  }
}
