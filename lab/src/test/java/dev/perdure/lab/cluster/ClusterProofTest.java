package dev.perdure.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.lab.cluster.ProofSettings.Pace;
import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.fake.FakeMode;
import dev.perdure.lab.cluster.fake.FakeNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab from end to end, on fake nodes: what is right passes, and what is wrong is found. */
class ClusterProofTest {

  @TempDir Path folder;

  @BeforeEach
  void needsNamespaces() {
    assumeTrue(ClusterProof.unavailable().isEmpty(), () -> ClusterProof.unavailable().orElse(""));
  }

  @Test
  void honestNodesHoldThroughPartitionsFreezesAndKills() {
    ProofReport report =
        run(
            FakeMode.HONEST,
            Combination.HALF,
            Combination.ONE_WAY,
            Combination.STOP_ALL,
            Combination.KILL_LEADER);
    assertThat(report.combinations()).allSatisfy(one -> assertThat(one.broken()).isEmpty());
    assertThat(report.held()).isTrue();
    assertThat(report.combinations())
        .allSatisfy(
            one -> {
              assertThat(one.faults()).isNotEmpty();
              assertThat(one.counts().acknowledged()).isPositive();
              assertThat(one.counts().reads()).isPositive();
            });
    assertThat(folder.resolve("half/history.ndjson")).isNotEmptyFile();
    assertThat(folder.resolve("half/n1/disk")).doesNotExist();
  }

  @Test
  void aNodeThatForgetsWhenItIsKilledIsFound() {
    ProofReport report = run(FakeMode.FORGETS, Combination.KILL_LEADER);
    assertThat(report.held()).isFalse();
    assertThat(broken(report)).contains("what was acknowledged is there", "money is conserved");
    assertThat(folder.resolve("kill-leader/n1/disk")).as("kept to look at").exists();
  }

  @Test
  void aNodeThatExecutesARepeatAgainIsFound() {
    ProofReport report = run(FakeMode.DOUBLES, Combination.STOP_LEADER);
    assertThat(report.held()).isFalse();
    // A deposit and a withdrawal of as much that are both there twice leave the sum as it was.
    assertThat(broken(report)).contains("nothing is there twice");
  }

  @Test
  void aNodeThatReadsWhatWasIsFound() {
    ProofReport report = run(FakeMode.STALE, Combination.STOP_FOLLOWER);
    assertThat(report.held()).isFalse();
    // The balances at the end are read from it, too.
    assertThat(broken(report)).contains("the answers about each account fit one order");
  }

  private ProofReport run(FakeMode mode, Combination... combinations) {
    ProofSettings settings =
        new ProofSettings(FakeNode.command(mode), 3, true, 0, Pace.of(3), 1, folder);
    return new ClusterProof(settings).run(List.of(combinations), done -> {});
  }

  private static List<String> broken(ProofReport report) {
    return report.combinations().getFirst().broken().stream().map(Check::statement).toList();
  }
}
