package dev.perdure.cli.saga;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code saga}: everything about sagas. */
@Command(
    name = "saga",
    description = "Start sagas, see where they stand, and decide about parked ones.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      StartCommand.class,
      SignalCommand.class,
      CancelCommand.class,
      Decisions.Retry.class,
      Decisions.Skip.class,
      Decisions.Provide.class,
      Decisions.Compensate.class
    },
    footer = {
      "",
      "Examples:",
      "  perdure saga start transfer t-1 '{\"from\": \"anna\", \"to\": \"bert\", \"amount\": 5}'"
          + " --wait 5s",
      "  perdure saga list --status parked",
      "  perdure saga show transfer t-1",
      "  perdure saga retry transfer t-1 --reason 'the fraud check is back'"
    })
public final class SagaCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what of sagas? There is: " + String.join(", ", spec.subcommands().keySet()));
  }
}
