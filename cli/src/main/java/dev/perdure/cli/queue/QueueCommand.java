package dev.perdure.cli.queue;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code queue}: everything about queues. */
@Command(
    name = "queue",
    description =
        "Send and lease messages of queues, see what they hold, decide about dead letters.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      OperatorCommands.List.class,
      OperatorCommands.Show.class,
      WorkerCommands.Send.class,
      WorkerCommands.Lease.class,
      WorkerCommands.Ack.class,
      WorkerCommands.Nack.class,
      WorkerCommands.Extend.class,
      OperatorCommands.Dead.class,
      OperatorCommands.Replay.class,
      OperatorCommands.Discard.class
    },
    footer = {
      "",
      "Examples:",
      "  perdure queue list",
      "  perdure queue send reviews '{\"loan\": 7}'",
      "  perdure queue lease reviews --wait 20s",
      "  perdure queue ack reviews MESSAGE LEASE --result '{\"approved\": true}'",
      "  perdure queue replay reviews --all --reason 'the worker was mended'"
    })
public final class QueueCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what of queues? There is: " + String.join(", ", spec.subcommands().keySet()));
  }
}
