package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.lab.cluster.ClusterProof;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command, with a real node alone. */
class ClusterCommandTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(boolean clusters, String... arguments) {
    CommandLine line =
        ProofCommand.commandLine(clusters)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(
                (problem, command, parsed) -> {
                  command.getErr().println(problem.getMessage());
                  return problem instanceof CommandException known ? known.exit() : -1;
                });
    List<String> all = new ArrayList<>(List.of("cluster"));
    all.addAll(List.of(arguments));
    return line.execute(all.toArray(String[]::new));
  }

  private static void needsNamespaces() {
    assumeTrue(ClusterProof.unavailable().isEmpty(), () -> ClusterProof.unavailable().orElse(""));
  }

  @Test
  void wrongUsageIsRefused() throws IOException {
    assertThat(run(true, "--seconds", "0")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--seconds is 0; 1 to 3,600 is needed");
    assertThat(run(true, "--nodes", "10")).isEqualTo(Exit.USAGE);
    assertThat(run(true, "--combinations", "half,earthquake")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("earthquake").contains("isolated-leader");
    Files.createFile(folder.resolve("something"));
    assertThat(run(true, "--report", folder.toString())).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("which is not empty");
  }

  @Test
  void aBuildWithoutClustersSaysSo() {
    assertThat(run(false, "--seconds", "1")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("has no --cluster; --nodes 1 is possible");
  }

  @Test
  void aNodeAloneHoldsThroughKillsAndAFullDisk() throws IOException {
    needsNamespaces();
    Path report = folder.resolve("report");
    int exit =
        run(
            false,
            "--nodes",
            "1",
            "--seconds",
            "4",
            "--combinations",
            "kill-leader,disk-leader,half",
            "--report",
            report.toString(),
            "--output",
            "json");
    assertThat(out.toString()).contains("\"held\" : true");
    assertThat(exit).as(out.toString()).isZero();
    assertThat(report.resolve("report.json")).isNotEmptyFile();
    assertThat(report.resolve("kill-leader/history.ndjson")).isNotEmptyFile();
    assertThat(report.resolve("kill-leader/n1/node.log")).isNotEmptyFile();
    assertThat(report.resolve("half")).as("skipped").doesNotExist();
    assertThat(out.toString()).contains("there is one node only", "SIGKILL n1", "disk of n1 full");
  }
}
