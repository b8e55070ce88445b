package dev.perdure.cli;

import dev.perdure.cli.proof.ProofCommand;
import dev.perdure.cli.terminal.Exit;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Every command but what {@link Main} starts by itself. */
@Command(
    name = "perdure",
    description = "A durable service runtime for the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  perdure demo                                    see it survive kill -9",
      "  perdure run --data data                         start a node with the ledger",
      "  perdure call account alice deposit '{\"amount\": 500}'",
      "  perdure get account alice",
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 a check did not hold, 69 service unavailable."
    })
final class Commands implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  /** Holds only the command that the arguments ask for, or all of them if they ask for none. */
  static CommandLine commandLine(String... args) {
    Map<String, Supplier<Object>> all = commands();
    CommandLine root = new CommandLine(new Commands());
    Supplier<Object> wanted = args.length == 0 ? null : all.get(args[0]);
    if (wanted != null) {
      root.addSubcommand(args[0], wanted.get());
    } else {
      all.forEach((name, command) -> root.addSubcommand(name, command.get()));
    }
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Commands::usageMistake)
        .setExecutionExceptionHandler(Commands::failure);
  }

  /** Every command by name. A supplier, so that a command's class is loaded when it is wanted. */
  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> all = new TreeMap<>();
    all.put("backup", () -> new dev.perdure.cli.backup.BackupCommand());
    all.put("bench", () -> BenchCommand.commandLine());
    all.put("call", () -> new CallCommand());
    all.put("capabilities", () -> new dev.perdure.cli.mode.CapabilitiesCommand());
    all.put("cluster", () -> new dev.perdure.cli.cluster.ClusterCommand());
    all.put("completion", () -> new CompletionCommand());
    all.put("config", () -> new ConfigCommand());
    all.put("demo", () -> new dev.perdure.cli.demo.DemoCommand());
    all.put("get", () -> new GetCommand());
    all.put("journal", () -> new JournalCommand());
    all.put("lab", () -> new LabCommand());
    all.put("ledger", () -> new dev.perdure.example.ledger.imports.LedgerCommand());
    all.put("loans", () -> new dev.perdure.cli.loans.LoansCommand());
    all.put("proof", () -> ProofCommand.commandLine(RunCommand.knowsClusters()));
    all.put("queue", () -> new dev.perdure.cli.queue.QueueCommand());
    all.put("restore", () -> new dev.perdure.cli.backup.RestoreCommand());
    all.put("run", () -> new RunCommand());
    all.put("saga", () -> new dev.perdure.cli.saga.SagaCommand());
    all.put("stream", () -> new dev.perdure.cli.stream.StreamCommand());
    all.put("subscription", () -> new dev.perdure.cli.stream.SubscriptionCommand());
    all.put("test", () -> new TestCommand());
    all.put("version", () -> new VersionCommand());
    all.put("view", () -> new dev.perdure.cli.view.ViewCommand());
    return all;
  }

  private static int usageMistake(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("perdure: " + mistake.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return Exit.USAGE;
  }

  private static int failure(Exception problem, CommandLine command, ParseResult parsed) {
    return Failures.print(problem, command.getErr());
  }
}
