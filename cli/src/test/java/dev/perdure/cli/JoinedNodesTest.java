package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.lab.cluster.ClusterProof;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/**
 * Three real nodes together: a short selection of the sixteen combinations. All of them, at length:
 * {@code perdure proof cluster}.
 */
class JoinedNodesTest {

  @Test
  void threeNodesHoldThroughPartitionsKillsAndFreezes() {
    assumeTrue(ClusterProof.unavailable().isEmpty(), () -> ClusterProof.unavailable().orElse(""));
    assumeTrue(RunCommand.knowsClusters(), "this build's 'perdure run' has no --cluster");
    StringWriter out = new StringWriter();
    String[] arguments = {
      "proof", "cluster", "--seconds", "4", "--combinations", "one-way,kill-leader,stop-leader"
    };
    int exit =
        Commands.commandLine(arguments)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true))
            .execute(arguments);
    assertThat(exit).as(out.toString()).isZero();
  }
}
