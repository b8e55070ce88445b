package dev.perdure.cli.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster}: what concerns all nodes. */
@Command(
    name = "cluster",
    description = "Start, see and change a cluster.",
    subcommands = {
      StartCommand.class,
      AddCommand.class,
      StatusCommand.class,
      DrainCommand.class,
      ServeCommand.class,
      RemoveCommand.class,
      MoveCommand.class,
      SplitCommand.class,
      FinalizeCommand.class,
      CertsCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "(start | add | status | drain | serve | remove | move | split | finalize | certs)",
    footer = {
      "",
      "Examples:",
      "  perdure cluster start --nodes 3",
      "  perdure cluster status",
      "  perdure cluster certs --dir certs --host node1.example"
    })
public final class ClusterCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "start, add, status, drain, serve, remove, move, split, finalize or certs is needed");
  }
}
