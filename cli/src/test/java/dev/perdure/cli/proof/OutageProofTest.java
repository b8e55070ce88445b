package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof outage}: a real node, whose outside hangs and fails. */
class OutageProofTest {

  /** What depends on how fast the machine is and how short the outage: shown, not asserted. */
  private static final String RATIOS = "the (rest of the node|dead dependency) .*";

  @TempDir private Path folder;

  @Test
  void transfersWaitAndNotificationsAreMadeUpFor() throws Exception {
    OutageProof.Settings settings = new OutageProof.Settings(30, 5, 2, 1);
    try (OutageProof proof = new OutageProof(folder, settings)) {
      OutageProof.Report report = proof.run();
      assertThat(report.checks())
          .filteredOn(check -> !check.statement().matches(RATIOS))
          .allMatch(dev.perdure.cli.demo.Check::held);
      assertThat(report.transfers()).isGreaterThan(100);
      assertThat(report.amplification()).isLessThan(2);
      assertThat(report.modes())
          .extracting(OutageProof.Change::mode)
          .containsExactly("brownout", "normal", "brownout", "normal");
    }
  }
}
