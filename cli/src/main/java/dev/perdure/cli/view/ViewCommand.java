package dev.perdure.cli.view;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code view}: everything about views. */
@Command(
    name = "view",
    description = "Find rows of views, and see how far the views are.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ViewCommands.List.class,
      ViewCommands.Show.class,
      QueryCommand.class,
      ViewCommands.Rebuild.class
    },
    footer = {
      "",
      "Examples:",
      "  perdure view list",
      "  perdure view query accounts balance.lt=0",
      "  perdure view query accounts currency=CZK --order -balance --limit 10"
    })
public final class ViewCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what of views? There is: " + String.join(", ", spec.subcommands().keySet()));
  }
}
