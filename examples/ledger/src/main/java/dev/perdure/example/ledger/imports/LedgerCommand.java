package dev.perdure.example.ledger.imports;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ledger}: what belongs to the ledger example. Also a program of its own. */
@Command(
    name = "ledger",
    description = "Bring a bank's transactions into the ledger example, and compare.",
    subcommands = {ImportCommand.class, VerifyCommand.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(import | verify)",
    footer = {"", "Example:", "  perdure ledger import transactions.csv --report report.json"})
public final class LedgerCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "import or verify is needed");
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new LedgerCommand()).execute(args));
  }
}
