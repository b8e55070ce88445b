package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cluster add}: one more node on this machine. */
@Command(
    name = "add",
    description = {
      "Run one more node beside those that 'cluster start' runs on this machine.",
      "",
      "It joins them and is given replicas. Ctrl-C or SIGTERM stops it; 'cluster start' with a number of"
          + " nodes that includes it starts it again. On another machine: perdure run --cluster --join."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster add --dir my-cluster"})
final class AddCommand implements Callable<Integer> {

  @Mixin private final LocalNodes nodes = new LocalNodes();

  @Override
  public Integer call() throws IOException, InterruptedException {
    int count = nodes.count();
    if (count == 0) {
      throw new CommandException(
          Exit.USAGE, "There is no cluster in --dir; 'perdure cluster start' makes one.");
    }
    if (count == LocalNodes.NODES_MAX) {
      throw new CommandException(
          Exit.USAGE, "There are %d nodes, the most on one machine.".formatted(count));
    }
    nodes.run(count + 1, count + 1);
    return Exit.DONE;
  }
}
