package dev.perdure.cli.loans;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code loans}: what belongs to the loans example. */
@Command(
    name = "loans",
    description = "Bring a bank's loan applications into the loans example, and compare.",
    subcommands = ReplayCommand.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "replay",
    footer = {"", "Example:", "  perdure loans replay applications.csv.gz --report report.json"})
public final class LoansCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "replay is needed");
  }
}
