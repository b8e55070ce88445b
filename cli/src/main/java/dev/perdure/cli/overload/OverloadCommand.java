package dev.perdure.cli.overload;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.demo.DemoException;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.imports.ProgressLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code proof overload}. */
@Command(
    name = "overload",
    description = {
      "Ask several times as much of a node as it can do, and see who is served.",
      "",
      "Measures a node's capacity over HTTP, then sends a multiple of it: four classes of priority,"
          + " three tenants, one of them hostile. Requests are sent when they are due, whether others"
          + " are answered or not. The same load without admission is shown beside it. Needs Linux."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof overload",
      "  perdure proof overload --factor 3 --seconds 20 --output json"
    })
public final class OverloadCommand implements Callable<Integer> {

  private static final int RECOVERY_SECONDS = 10;
  private static final long HEAP_BYTES = 2L << 30;

  @Option(
      names = "--factor",
      paramLabel = "X",
      defaultValue = "5",
      description = "The load, as a multiple of the capacity (default: ${DEFAULT-VALUE}).")
  private double factor;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long it is kept up (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--calm",
      paramLabel = "N",
      defaultValue = "10",
      description = "Seconds of each measurement without overload (default: ${DEFAULT-VALUE}).")
  private int calm;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Of the nodes' configuration; may be given more than once.")
  private List<String> sets = List.of();

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(factor >= 1 && factor <= 20) || seconds < 2 || seconds > 3600 || calm < 2 || calm > 600) {
      throw new CommandException(
          Exit.USAGE,
          "--factor must be 1 to 20, --seconds 2 to 3,600, --calm 2 to 600; they are %s, %d and %d"
              .formatted(factor, seconds, calm));
    }
    if (!Files.exists(Path.of("/proc/self/status"))) {
      throw new CommandException(Exit.FAILED, "the proof reads a process's memory from /proc");
    }
    List<String> options = new ArrayList<>();
    sets.forEach(set -> options.addAll(List.of("--set", set)));
    TemporaryFolder folder = TemporaryFolder.create("perdure-overload-");
    OverloadProof proof =
        new OverloadProof(
            folder.path(),
            new OverloadProof.Settings(
                factor, seconds, calm, RECOVERY_SECONDS, HEAP_BYTES, true, options));
    Thread cleaner = new Thread(() -> cleanUp(proof, folder), "proof-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    OverloadReport report;
    ProgressLine line = ProgressLine.start(proof::progress);
    try {
      report = proof.run();
    } catch (DemoException e) {
      folder.keep();
      throw new CommandException(
          Exit.FAILED,
          e.getMessage() + "\nData and logs of the nodes are kept in " + folder.path());
    } finally {
      line.close();
    }
    System.out.print(
        output == Output.JSON ? Output.json(report) + "\n" : Ansi.AUTO.string(table(report)));
    System.out.flush();
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static void cleanUp(OverloadProof proof, TemporaryFolder folder) {
    proof.close();
    folder.delete();
  }

  private static String table(OverloadReport report) {
    StringBuilder out = new StringBuilder();
    run(out, "with admission", report, report.guarded());
    run(out, "without admission", report, report.open());
    for (Check check : report.checks()) {
      add(
          out,
          "  %s  %-68s  %s%n",
          check.held() ? "@|green held  |@" : "@|red,bold FAILED|@",
          check.statement(),
          check.found());
    }
    return out.toString();
  }

  private static void run(
      StringBuilder out, String how, OverloadReport report, OverloadReport.Run run) {
    int seconds = report.seconds();
    add(
        out,
        "  @|bold %s|@: capacity %,.0f a second, %.1f times as much for %d s%n",
        how,
        run.capacity(),
        report.factor(),
        seconds);
    add(
        out,
        "  %-22s %-8s %10s %10s %9s %9s %9s %9s %9s %9s%n",
        "",
        "tenant",
        "offered/s",
        "done/s",
        "refused/s",
        "expired/s",
        "unsent/s",
        "unknown",
        "p50 ms",
        "p99 ms");
    for (OverloadReport.Line line : run.flows()) {
      add(
          out,
          "  %-22s %-8s %,10.0f %,10.0f %,9.0f %,9.0f %,9.0f %,9d %9.1f %9.1f%n",
          line.name(),
          line.tenant(),
          line.offered() / (double) seconds,
          line.done() / (double) seconds,
          line.refused() / (double) seconds,
          line.expired() / (double) seconds,
          line.unsent() / (double) seconds,
          line.unknown(),
          line.p50Ms(),
          line.p99Ms());
    }
    add(
        out,
        "  done %,.0f a second, %.0f %% of the capacity; p99 %.1f ms (callers late by %.1f),"
            + " unloaded %.1f ms (%.1f); recovered %s;"
            + " memory %d MiB, at most %d MiB%n%n",
        run.goodput(seconds),
        100 * run.goodput(seconds) / run.capacity(),
        run.overloadP99Ms(),
        run.callersP99Ms(),
        run.unloadedP99Ms(),
        run.unloadedCallersP99Ms(),
        run.recoverySeconds() < 0
            ? "not within %d s".formatted(RECOVERY_SECONDS)
            : "in second " + run.recoverySeconds(),
        run.rssStartBytes() >> 20,
        run.rssMaxBytes() >> 20);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
