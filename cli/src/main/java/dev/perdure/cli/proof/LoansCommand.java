package dev.perdure.cli.proof;

import dev.perdure.cli.demo.DemoException;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.client.PerdureException;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.example.loans.log.LogException;
import dev.perdure.example.loans.replay.Funnel;
import dev.perdure.example.loans.replay.ReplayException;
import dev.perdure.example.loans.replay.ReplayReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code proof loans}. */
@Command(
    name = "loans",
    description = {
      "Kill nodes while a bank's loan applications are replayed, and compare all with the log.",
      "",
      "The log goes into applications, sagas of offers and a queue of work. Nodes are killed with"
          + " SIGKILL at random moments. In the end every figure is compared with the log's."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof loans dutch-bank-loan-applications.csv.gz",
      "  perdure proof loans dutch-bank-loan-applications.csv.gz --cases 500 --kills 3"
    })
final class LoansCommand implements Callable<Integer> {

  private static final int KILLS_MAX = 1_000;
  private static final int NODES_MAX = 7;

  @Parameters(paramLabel = "FILE", description = "The log; see 'perdure loans replay --help'.")
  private @Nullable Path file;

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "Only so many cases, from the beginning (default: all).")
  private int cases = Integer.MAX_VALUE;

  @Option(
      names = "--kills",
      paramLabel = "K",
      defaultValue = "10",
      description = "How often a node is killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Nodes; with more than one they are a cluster, and whoever leads most of it is killed"
              + " (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes when the kills come (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    Path log = file == null ? Path.of("") : file;
    if (!Files.isRegularFile(log)) {
      throw new CommandException(Exit.FAILED, "file " + log + " does not exist");
    }
    LoansProof.Settings settings =
        new LoansProof.Settings(
            log.toAbsolutePath(),
            within("--cases", cases, 1, Integer.MAX_VALUE),
            within("--kills", kills, 0, KILLS_MAX),
            within("--nodes", nodes, 1, NODES_MAX),
            seed);
    TemporaryFolder folder = TemporaryFolder.create("perdure-loans-");
    LoansProof proof = new LoansProof(folder.path(), settings);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  proof.close();
                  folder.delete();
                },
                "proof-clean-up"));
    LoansProof.Report report = run(proof, folder);
    if (!report.held()) {
      folder.keep();
      System.err.println("perdure: data and logs of the nodes are kept in " + folder.path());
    }
    System.out.print(output == Output.JSON ? json(report) : table(report));
    System.out.flush();
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static LoansProof.Report run(LoansProof proof, TemporaryFolder folder)
      throws IOException {
    ProgressLine line = ProgressLine.start(proof::progress);
    try {
      return proof.run();
    } catch (ReplayException | PerdureException | DemoException | LogException e) {
      folder.keep();
      throw new CommandException(
          Exit.FAILED,
          e.getMessage() + "\nData and logs of the nodes are kept in " + folder.path());
    } finally {
      line.close();
    }
  }

  private static String json(LoansProof.Report report) {
    return Output.json(
            Map.of(
                "held", report.held(),
                "replay", report.result().report(),
                "ready_ms", report.readyMs(),
                "checks", report.checks()))
        + "\n";
  }

  private static String table(LoansProof.Report report) {
    List<Long> ready = report.readyMs().stream().sorted().toList();
    String kills =
        ready.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "%d kills; from start to ready: median %.2f s, worst %.2f s%n%n",
                ready.size(),
                ready.get(ready.size() / 2) / 1e3,
                ready.getLast() / 1e3);
    ReplayReport replay = report.result().report();
    return Funnel.table(report.result().node())
        + kills
        + Ansi.AUTO.string(replay.withChecks(report.checks()).table());
  }

  private static int within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandException(
          Exit.USAGE, "%s is %d; %,d to %,d is needed.".formatted(option, value, min, max));
    }
    return value;
  }
}
