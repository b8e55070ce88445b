package dev.perdure.cli.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster}: what concerns all nodes. */
@Command(
    name = "cluster",
    description = "Prepare a cluster.",
    subcommands = CertsCommand.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(certs)",
    footer = {"", "Example:", "  perdure cluster certs --dir certs --host node1.example"})
public final class ClusterCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "certs is needed");
  }
}
