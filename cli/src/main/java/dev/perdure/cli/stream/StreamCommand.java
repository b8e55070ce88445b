package dev.perdure.cli.stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code stream}: everything about streams. */
@Command(
    name = "stream",
    description = "Look at the events of an entity type.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = TailCommand.class,
    footer = {"", "Example:", "  perdure stream tail account"})
public final class StreamCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what of streams? There is: " + String.join(", ", spec.subcommands().keySet()));
  }
}
