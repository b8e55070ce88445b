package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.example.loans.replay.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code proof loans}: a real process, killed for real, and the beginning of the
 * real log. Uses ../shared/data, beside the repository; skipped where that is absent.
 */
class LoansProofTest {

  private static final Path FILE =
      Path.of(System.getProperty("perdure.root", "."))
          .resolve("../shared/data/dutch-bank-loan-applications.csv.gz")
          .normalize();

  @TempDir private Path folder;

  @Test
  void everyEventIsThereOnceAlthoughTheNodeIsKilled() throws Exception {
    assumeTrue(Files.exists(FILE), "skipped: real input " + FILE.getFileName() + " is not there");
    LoansProof.Settings settings = new LoansProof.Settings(FILE.toAbsolutePath(), 500, 3, 1, 7);
    try (LoansProof proof = new LoansProof(folder, settings)) {
      LoansProof.Report report = proof.run();
      assertThat(report.checks()).allMatch(Check::held);
      assertThat(report.held()).isTrue();
      assertThat(report.readyMs()).hasSize(3);
      assertThat(report.result().node().get("events")).isEqualTo(11_409);
      assertThat(report.result().report().transfer().rowsRefused()).isZero();
    }
  }
}
