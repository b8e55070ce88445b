package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.Check;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof upgrade}: a real node, stopped and started with other code. */
class UpgradeProofTest {

  @TempDir private Path folder;

  @Test
  void everyTransferEndsAlthoughItsCodeChanged() throws Exception {
    UpgradeProof.Settings settings = new UpgradeProof.Settings(60, 10, 3);
    UpgradeProof.Report report = new UpgradeProof(folder, settings).run();

    assertThat(report.checks()).allMatch(Check::held);
    assertThat(report.held()).isTrue();
    assertThat(report.differences())
        .containsEntry("REMOVED reserve-limit", 45)
        .containsEntry("REORDERED rate", 30)
        .containsEntry("INSERTED sanctions-check", 15);
    assertThat(report.ends())
        .containsKeys(
            "completed",
            "compensated (fraud-check-failed)",
            "compensated (sanctions-check-failed)");
  }
}
