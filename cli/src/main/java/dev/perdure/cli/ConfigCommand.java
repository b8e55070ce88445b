package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config}: every key, and what is wrong with a file. */
@Command(
    name = "config",
    description = "Explain the configuration, or check a file.",
    subcommands = {ConfigCommand.Explain.class, ConfigCommand.Checked.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(explain | check)",
    footer = {"", "Example:", "  perdure config explain api.port"})
final class ConfigCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "explain or check is needed");
  }

  /** {@code config explain}. */
  @Command(
      name = "explain",
      description = {
        "Print every key with its type, default, present value and meaning.",
        "",
        "The present value is what a node started here would use, and the origin says where it"
            + " comes from."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure config explain",
        "  perdure config explain command.timeout --config perdure.yaml",
        "  perdure config explain --output json"
      })
  static final class Explain implements Runnable {

    @Mixin private ConfigOptions config = new ConfigOptions();

    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Only keys that begin so.")
    private List<String> keys = List.of();

    @Option(
        names = "--output",
        paramLabel = "table|json",
        defaultValue = "table",
        description = "How to print (default: ${DEFAULT-VALUE}).")
    private Output output = Output.TABLE;

    @Override
    public void run() {
      List<ServerConfig.Row> rows = config.load().rows().stream().filter(this::wanted).toList();
      if (rows.isEmpty()) {
        throw new CommandException(
            Exit.USAGE, "no key begins with " + keys + "; config explain lists all of them.");
      }
      if (output == Output.JSON) {
        System.out.println(Output.json(rows));
      } else {
        rows.forEach(Explain::print);
      }
    }

    private boolean wanted(ServerConfig.Row row) {
      return keys.isEmpty() || keys.stream().anyMatch(key -> row.key().startsWith(key));
    }

    private static void print(ServerConfig.Row row) {
      System.out.printf(
          Locale.ROOT,
          "%s = %s%s%n    %s%n    %s; default %s; %s%n%n",
          row.key(),
          row.value().isEmpty() ? "(none)" : row.value(),
          row.origin().equals("default") ? "" : "   (" + row.origin() + ")",
          row.sentence(),
          row.allowed(),
          row.otherwise().isEmpty() ? "(none)" : row.otherwise(),
          row.variable());
    }
  }

  /** {@code config check FILE}. */
  @Command(
      name = "check",
      description = "Read a configuration file and say what is wrong with it.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure config check perdure.yaml"})
  static final class Checked implements Runnable {

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Override
    public void run() {
      ConfigSource.load(file, List.of());
      System.out.println(file + " can be used");
    }
  }
}
