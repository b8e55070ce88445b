package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code bench}: measurements. They and the systems they compare with are not on the class path of
 * a release; the launcher adds them in a work tree.
 */
@Command(
    name = "bench",
    description = "Measure Perdure beside other ways of building the same service.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(entities | guard | http | micro | sagas | start | timers)",
    footer = {"", "Example:", "  ./perdure bench entities --help"})
final class BenchCommand implements Runnable {

  /** The classes of the measurements, by name. */
  private static final Map<String, String> MEASUREMENTS =
      new TreeMap<>(
          Map.of(
              "entities", "dev.perdure.bench.EntitiesBench",
              "guard", "dev.perdure.bench.guard.GuardBench",
              "http", "dev.perdure.bench.http.HttpLoad",
              "micro", "dev.perdure.bench.micro.MicroBench",
              "sagas", "dev.perdure.bench.saga.SagasBench",
              "timers", "dev.perdure.bench.timer.TimersBench",
              "start", "dev.perdure.bench.start.StartBench"));

  private static final String NAMES = String.join(", ", MEASUREMENTS.keySet());

  @Spec private CommandSpec spec = CommandSpec.create();

  @Unmatched private String[] unmatched = {};

  /** The command with the measurements that are there. */
  static CommandLine commandLine() {
    CommandLine bench = new CommandLine(new BenchCommand());
    MEASUREMENTS.forEach(
        (name, type) -> {
          try {
            bench.addSubcommand(name, load(type));
          } catch (ClassNotFoundException e) {
            // Not a work tree: running it says so.
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a command", e);
          }
        });
    return bench;
  }

  private static Object load(String name) throws ReflectiveOperationException {
    return Class.forName(name).getDeclaredConstructor().newInstance();
  }

  @Override
  public void run() {
    if (spec.subcommands().isEmpty()) {
      throw new CommandException(
          Exit.FAILED,
          "the measurements are not part of a release: clone the repository and run"
              + " ./perdure bench there.");
    }
    throw new ParameterException(
        spec.commandLine(),
        unmatched.length == 0
            ? "which measurement? There are: " + NAMES
            : "there is no measurement '" + unmatched[0] + "'; there are: " + NAMES);
  }
}
