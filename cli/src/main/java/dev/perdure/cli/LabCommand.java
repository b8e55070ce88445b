package dev.perdure.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lab}: the experiments that show what holds. */
@Command(
    name = "lab",
    description = "Try to break Perdure's promises, in ways that can be repeated.",
    mixinStandardHelpOptions = true,
    subcommands = SimulateCommand.class,
    footer = {"", "Example:", "  ./perdure lab simulate --seeds 200"})
final class LabCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which experiment? There is: simulate");
  }
}
