package dev.perdure.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof overload}: a real process, real load, no demands on time. */
class OverloadProofTest {

  @TempDir private Path folder;

  @Test
  void underMoreThanItCanDoNothingIsLostOrDoneTwiceAndOthersAreServed() throws Exception {
    OverloadProof.Settings settings =
        new OverloadProof.Settings(3, 3, 2, 2, 512L << 20, false, List.of());
    try (OverloadProof proof = new OverloadProof(folder, settings)) {
      OverloadReport report = proof.run();
      for (OverloadReport.Run run : List.of(report.guarded(), report.open())) {
        assertThat(run.lost()).isZero();
        assertThat(run.doubled()).isZero();
        assertThat(run.capacity()).isPositive();
        assertThat(run.flows()).hasSize(6);
        assertThat(run.flows()).allSatisfy(line -> assertThat(line.offered()).isPositive());
        assertThat(run.flows())
            .allSatisfy(
                line ->
                    assertThat(
                            line.done()
                                + line.refused()
                                + line.expired()
                                + line.unknown()
                                + line.unsent())
                        .isEqualTo(line.offered()));
      }
      assertThat(report.guarded().flows().getFirst().done()).isPositive();
      assertThat(report.checks()).hasSize(5);
    }
  }
}
