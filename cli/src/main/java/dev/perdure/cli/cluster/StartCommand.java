package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cluster start}: a cluster of processes on this machine, for trying things. */
@Command(
    name = "start",
    description = {
      "Start a cluster of real processes on this machine, for trying things.",
      "",
      "Node N has its API on port 7400 + 10 (N - 1), its admin port one and its port for other nodes"
          + " two above that. A node that ends is started again. Ctrl-C or SIGTERM stops all; started"
          + " again on the same folder, the cluster goes on."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster start --nodes 3 --dir my-cluster"})
final class StartCommand implements Callable<Integer> {

  @Mixin private final LocalNodes local = new LocalNodes();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many nodes, 1 to 9 (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes < 1 || nodes > LocalNodes.NODES_MAX) {
      throw new CommandException(
          Exit.USAGE, "--nodes is %d; 1 to %d is needed.".formatted(nodes, LocalNodes.NODES_MAX));
    }
    local.run(1, nodes);
    return Exit.DONE;
  }
}
