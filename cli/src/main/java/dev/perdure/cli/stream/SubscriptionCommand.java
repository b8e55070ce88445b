package dev.perdure.cli.stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code subscription}: everything about subscriptions and reactions. */
@Command(
    name = "subscription",
    description = "See how far subscriptions got, and decide about them and their dead letters.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SubscriptionCommands.List.class,
      SubscriptionCommands.Show.class,
      SubscriptionCommands.Pause.class,
      SubscriptionCommands.Resume.class,
      SubscriptionCommands.Rewind.class,
      SubscriptionCommands.Replay.class,
      SubscriptionCommands.Discard.class
    },
    footer = {
      "",
      "Examples:",
      "  perdure subscription list",
      "  perdure subscription show mailer",
      "  perdure subscription rewind mailer --time 2026-03-01T08:00:00Z --reason 'mails were lost'",
      "  perdure subscription replay mailer --letter default/account/anna/3"
    })
public final class SubscriptionCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what of subscriptions? There is: " + String.join(", ", spec.subcommands().keySet()));
  }
}
