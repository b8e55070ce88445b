package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code proof outage}: a real node, whose outside hangs and fails. */
class OutageProofTest {

  /** Bars for an outage at full length; what holds of a short one is asserted instead. */
  private static final String REST = "the rest of the node kept 95 % of what it did";

  private static final String SENT =
      "the dead dependency was sent at most 1.15 requests for each transfer";

  @TempDir private Path folder;

  /** The launcher of a work tree does it; a release has neither the example nor its database. */
  @Test
  void pullingNeedsTheSources() {
    int exit =
        ProofCommand.commandLine(true)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (problem, command, parsed) -> {
                  assertThat(problem).hasMessageContaining("--pull needs the sources");
                  return problem instanceof CommandException known ? known.exit() : -1;
                })
            .execute("outage", "--pull");
    assertThat(exit).isEqualTo(Exit.FAILED);
  }

  @Test
  void transfersWaitAndNotificationsAreMadeUpFor() throws Exception {
    OutageProof.Settings settings = new OutageProof.Settings(30, 5, 4, 1);
    try (OutageProof proof = new OutageProof(folder, settings)) {
      OutageProof.Report report = proof.run();
      assertThat(report.checks())
          .filteredOn(check -> !Set.of(REST, SENT).contains(check.statement()))
          .hasSizeGreaterThan(4)
          .allMatch(Check::held);
      assertThat(report.checks())
          .extracting(Check::statement)
          .as("the bars are looked at")
          .contains(REST, SENT);
      assertThat(report.transfers()).isGreaterThan(100);
      // Each was asked for; what hung cost what was under way and the probes, and no repeats.
      assertThat(report.amplification()).isBetween(1.0, 2.0);
      // A node that the hang held up would do next to nothing.
      assertThat(report.hangRate()).isGreaterThan(report.calmRate() / 2);
      assertThat(report.modes())
          .extracting(OutageProof.Change::mode)
          .containsExactly("brownout", "normal", "brownout", "normal");
      assertThat(report.held()).isEqualTo(report.checks().stream().allMatch(Check::held));
    }
  }
}
