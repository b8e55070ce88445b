package dev.perdure.cli.proof;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.cli.terminal.ThisProgram;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.lab.cluster.ClusterProof;
import dev.perdure.lab.cluster.Combination;
import dev.perdure.lab.cluster.ProofReport;
import dev.perdure.lab.cluster.ProofSettings;
import dev.perdure.lab.cluster.ProofSettings.Pace;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.cluster.process.PerdureCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code proof cluster}. */
@Command(
    name = "cluster",
    description = {
      "Try to break a cluster of real processes.",
      "",
      "Starts nodes in network namespaces of their own, loads a bank from ten clients, injects and"
          + " heals faults under the load (partitions, SIGKILL, SIGSTOP, full disks, wrong clocks),"
          + " and then compares everything that clients were told with everything that the nodes"
          + " hold: nothing lost, nothing twice, one order, no money gained or gone. Needs Linux,"
          + " root and iproute2."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof cluster",
      "  perdure proof cluster --combinations isolated-leader,kill-all --seconds 20",
      "  perdure proof cluster --combinations kill-leader --faults 20 --apart --shards 1",
      "  perdure proof cluster --nodes 1 --combinations kill-leader --output json"
    })
final class ClusterCommand implements Callable<Integer> {

  private static final int NODES_DEFAULT = 3;
  private static final int SECONDS_MAX = 3_600;
  private static final int SHARDS_MAX = 64;
  private static final int FAULTS_MAX = 1_000;

  private final boolean clusters;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--combinations",
      paramLabel = "LIST",
      split = ",",
      description = "Which faults (default: all of them). There are: ${COMPLETION-CANDIDATES}.")
  private List<Combination> combinations = List.of(Combination.values());

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "Load for each combination (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "" + NODES_DEFAULT,
      description = "Nodes of the cluster; 1 is a node alone (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "0",
      description = "Shards of the bank (default: as many as nodes).")
  private int shards;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "0",
      description = "Faults in each combination (default: one in 3 to 15 seconds).")
  private int faults;

  @Option(
      names = "--apart",
      description =
          "Wait after each fault until all nodes are back, so that a pause is that of one fault.")
  private boolean apart;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes what is asked, whom faults hit and when (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Keep report, histories and logs there; it must be empty or not there yet.")
  private @Nullable Path report;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  ClusterCommand(boolean clusters) {
    this.clusters = clusters;
  }

  @Override
  public Integer call() throws IOException {
    within("--seconds", seconds, 1, SECONDS_MAX);
    within("--nodes", nodes, 1, Network.NODES_MAX);
    within("--shards", shards, 0, SHARDS_MAX);
    within("--faults", faults, 0, FAULTS_MAX);
    checkFolder();
    if (nodes > 1 && !clusters) {
      throw new CommandException(
          Exit.FAILED, "this build's 'perdure run' has no --cluster; --nodes 1 is possible.");
    }
    Optional<String> unavailable = ClusterProof.unavailable();
    if (unavailable.isPresent()) {
      throw new CommandException(
          Exit.FAILED, "no cluster can be examined here: " + unavailable.get() + ".");
    }
    TemporaryFolder temporary = TemporaryFolder.create("perdure-proof-");
    Path folder = report == null ? temporary.path() : report;
    ClusterProof proof = new ClusterProof(settings(folder));
    Thread cleaner = new Thread(() -> cleanUp(proof, temporary), "proof-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    ProofReport result = run(proof, temporary);
    if (report != null) {
      Files.writeString(folder.resolve("report.json"), Output.json(result) + "\n");
    } else if (!result.held()) {
      temporary.keep();
      spec.commandLine().getErr().println("perdure: histories and logs are kept in " + folder);
    }
    return result.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private ProofSettings settings(Path folder) {
    PerdureCommand command = ThisProgram.command(nodes);
    Pace pace = new Pace(seconds, faults, apart);
    return new ProofSettings(command, nodes, nodes > 1, shards, pace, seed, folder);
  }

  private ProofReport run(ClusterProof proof, TemporaryFolder temporary) {
    try {
      return output == Output.JSON ? printJson(proof) : printTable(proof);
    } catch (LabException e) {
      temporary.keep();
      throw new CommandException(
          Exit.FAILED,
          e.getMessage() + "\nHistories and logs are kept in " + where(temporary) + ".");
    }
  }

  private ProofReport printJson(ClusterProof proof) {
    ProgressLine line = ProgressLine.start(proof::phase);
    ProofReport result;
    try {
      result = proof.run(combinations, one -> {});
    } finally {
      line.close();
    }
    print(Output.json(result) + "\n");
    return result;
  }

  private ProofReport printTable(ClusterProof proof) {
    ProofTable table = new ProofTable(Ansi.AUTO);
    print(table.head());
    ProofReport result = proof.run(combinations, one -> print(table.row(one)));
    print(table.foot(result));
    return result;
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush(); // a long run is watched
  }

  private Path where(TemporaryFolder temporary) {
    return report == null ? temporary.path() : report;
  }

  private static void cleanUp(ClusterProof proof, TemporaryFolder temporary) {
    proof.close();
    temporary.delete();
  }

  private void checkFolder() throws IOException {
    if (report == null || !Files.exists(report)) {
      return;
    }
    try (Stream<Path> inside = Files.list(report)) {
      if (inside.findAny().isPresent()) {
        throw new CommandException(
            Exit.USAGE, "--report is '" + report + "', which is not empty; another is needed.");
      }
    }
  }

  private static void within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandException(
          Exit.USAGE, "%s is %d; %,d to %,d is needed.".formatted(option, value, min, max));
    }
  }
}
