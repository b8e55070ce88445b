package dev.perdure.bench;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Logs;
import dev.perdure.bench.report.JsonReport;
import dev.perdure.bench.report.MarkdownReport;
import dev.perdure.bench.report.Report;
import dev.perdure.bench.report.TextReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code entities}: the same service built in several ways, measured in one run on one
 * machine.
 *
 * <p>The result goes to standard output, progress to standard error. Exit codes: 0 done, 1 the run
 * itself failed, 2 usage, 3 a target failed, lost or doubled something.
 */
@Command(
    name = "entities",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures durable deposits to 10,000 accounts: Perdure, Apache Pekko Persistence, a"
          + " hand-written PostgreSQL service, and what the disk allows at most.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./perdure bench entities",
      "  ./perdure bench entities --targets postgresql,disk --callers 64 --seconds 5",
      "  ./perdure bench entities --output json > entities.json",
    })
public final class EntitiesBench implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int CHECK_FAILED = 3;

  /** How the result is written. */
  enum Output {
    table,
    json
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--targets",
      split = ",",
      paramLabel = "NAME",
      description = "What to measure, separated by commas (default: everything).")
  private List<String> targets = EntitiesPlan.allTargets();

  @Option(
      names = "--callers",
      split = ",",
      paramLabel = "N",
      description = "Numbers of callers, each measured apart (default: ${DEFAULT-VALUE}).")
  private List<Integer> callers = List.of(1, 16, 64, 256);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each is measured (default: ${DEFAULT-VALUE}).")
  private int seconds = 15;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of load before each measurement (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds = 10;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      description = "How many accounts (default: ${DEFAULT-VALUE}).")
  private int accounts = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of accounts, amounts and operation ids (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "On the disk to be measured (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Output output = Output.table;

  @Option(
      names = "--docs",
      paramLabel = "FILE",
      description = "Also put the result into this Markdown file, between its marks.")
  private @Nullable Path document;

  /** Runs the command by itself. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new EntitiesBench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Logs.warningsOnly();
    Report report = EntitiesRun.run(plan(), line -> System.err.println("bench: " + line));
    if (document != null) {
      MarkdownReport.update(document, report);
    }
    System.out.print(
        switch (output) {
          case table -> TextReport.of(report);
          case json -> JsonReport.of(report) + "\n";
        });
    return report.sound() ? DONE : CHECK_FAILED;
  }

  private EntitiesPlan plan() {
    try {
      var load =
          new Harness.Plan(
              callers,
              accounts,
              Duration.ofSeconds(warmUpSeconds),
              Duration.ofSeconds(seconds),
              seed);
      return new EntitiesPlan(targets, load, directory, command());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
    }
  }

  /** What was asked for, without what only says where the result goes. */
  private String command() {
    var command = new StringBuilder("./perdure bench entities");
    command.append(" --targets ").append(String.join(",", targets));
    command
        .append(" --callers ")
        .append(String.join(",", callers.stream().map(String::valueOf).toList()));
    command.append(" --seconds ").append(seconds).append(" --warmup ").append(warmUpSeconds);
    command.append(" --accounts ").append(accounts).append(" --seed ").append(seed);
    return command.toString();
  }
}
