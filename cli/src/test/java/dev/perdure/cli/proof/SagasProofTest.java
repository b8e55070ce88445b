package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.Check;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof sagas}: a real process, killed for real. */
class SagasProofTest {

  @TempDir private Path folder;

  @Test
  void everyTransferEndsAlthoughTheNodeIsKilled() throws Exception {
    SagasProof.Settings settings = new SagasProof.Settings(200, 20, 3, 1, 7);
    try (SagasProof proof = new SagasProof(folder, settings)) {
      SagasProof.Report report = proof.run();
      assertThat(report.checks()).allMatch(Check::held);
      assertThat(report.held()).isTrue();
      assertThat(report.kills()).hasSize(3);
      assertThat(report.ends()).containsKeys("completed", "compensated (fraud-suspected)");
      assertThat(report.requests().faults()).isPositive();
      assertThat(report.requests().repeats()).isPositive();
    }
  }
}
