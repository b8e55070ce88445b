package dev.perdure.cli.proof;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.cli.terminal.ThisProgram;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.lab.cluster.ClusterProof;
import dev.perdure.lab.cluster.Growth;
import dev.perdure.lab.cluster.GrowthReport;
import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.process.PerdureCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code proof growth}. */
@Command(
    name = "growth",
    description = {
      "Let a node grow to a cluster and shrink again, under load.",
      "",
      "Starts one node in a network namespace of its own and loads a bank from ten clients. The node"
          + " becomes three, five, and three again; then one is drained and started anew, a shard is"
          + " split and slots are moved. At the end everything that clients were told is compared"
          + " with everything that the nodes hold. Needs Linux, root and iproute2."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof growth",
      "  perdure proof growth --seed 2 --calm 10 --output json"
    })
final class GrowthCommand implements Callable<Integer> {

  private static final int CALM_SECONDS_MAX = 600;

  /** So many nodes run at most. */
  private static final int NODES = 5;

  @Option(
      names = "--calm",
      paramLabel = "N",
      defaultValue = "5",
      description = "Seconds of load after each step (default: ${DEFAULT-VALUE}).")
  private int calm;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes what is asked (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    if (calm < 1 || calm > CALM_SECONDS_MAX) {
      throw new CommandException(
          Exit.USAGE, "--calm is %d; 1 to %d is needed.".formatted(calm, CALM_SECONDS_MAX));
    }
    Optional<String> unavailable = ClusterProof.unavailable();
    if (unavailable.isPresent()) {
      throw new CommandException(
          Exit.FAILED, "no cluster can be examined here: " + unavailable.get() + ".");
    }
    TemporaryFolder temporary = TemporaryFolder.create("perdure-growth-");
    PerdureCommand command = ThisProgram.command(NODES);
    Growth growth = new Growth(command, Duration.ofSeconds(calm), temporary.path());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  growth.close();
                  temporary.delete();
                },
                "growth-clean-up"));
    GrowthReport report = run(growth, temporary);
    System.out.println(output == Output.JSON ? Output.json(report) : table(report));
    if (!report.held()) {
      temporary.keep();
      System.err.println("perdure: history and logs are kept in " + temporary.path());
    }
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private GrowthReport run(Growth growth, TemporaryFolder temporary) {
    ProgressLine line = ProgressLine.start(growth::phase);
    try {
      return growth.run(seed);
    } catch (LabException e) {
      temporary.keep();
      throw new CommandException(
          Exit.FAILED, e.getMessage() + "\nHistory and logs are kept in " + temporary.path() + ".");
    } finally {
      line.close();
    }
  }

  private static String table(GrowthReport report) {
    StringBuilder text = new StringBuilder();
    text.append("  %-18s %10s %9s %15s%n".formatted("step", "took", "changes", "longest gap"));
    text.append("  %-18s %10s %9s %15s%n".formatted("----", "----", "-------", "-----------"));
    for (GrowthReport.Step step : report.steps()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-18s %8.2f s %,9d %13.2f s%n",
              step.what(),
              step.tookMs() / 1e3,
              step.acknowledged(),
              step.longestGapMs() / 1e3));
    }
    text.append('\n');
    for (Check check : report.checks()) {
      String word = check.held() ? "@|green held|@   " : "@|red,bold FAILED|@ ";
      String found = check.held() && check.found().length() > 40 ? "" : check.found();
      text.append("  %s %-62s %s%n".formatted(word, check.statement(), found));
    }
    text.append(
        "%n  gap: the longest time in which one and the same account had no acknowledged change."
            .formatted());
    return Ansi.AUTO.string(text.toString());
  }
}
