package dev.perdure.cli.loans;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.client.PerdureClient;
import dev.perdure.client.PerdureException;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.log.LogException;
import dev.perdure.example.loans.replay.Funnel;
import dev.perdure.example.loans.replay.NodeFigures;
import dev.perdure.example.loans.replay.ReplayCounts;
import dev.perdure.example.loans.replay.ReplayException;
import dev.perdure.example.loans.replay.ReplayOptions;
import dev.perdure.example.loans.replay.ReplayReport;
import dev.perdure.example.loans.replay.ReplayRun;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code loans replay FILE}. */
@Command(
    name = "replay",
    description = {
      "Bring the log of a bank's loan applications into a node, each event once.",
      "",
      "The node serves the loans example: perdure run --services loans. Operation ids come from the"
          + " rows, so that a replay can be stopped and run again. At the end every application,"
          + " offer and work item is compared with the log."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed or stopped, 2 usage, 3 a check did not hold,",
      "69 the node did not answer.",
      "",
      "Examples:",
      "  perdure loans replay dutch-bank-loan-applications.csv.gz",
      "  perdure loans replay applications.csv --cases 500 --report report.json"
    })
final class ReplayCommand implements Callable<Integer> {

  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  @Parameters(
      paramLabel = "FILE",
      description =
          "Comma separated, as it is or packed with gzip, grouped by case: case_id, activity,"
              + " lifecycle, timestamp, resource, AMOUNT_REQ.")
  private @Nullable Path file;

  @Option(
      names = "--api",
      paramLabel = "URL,…",
      split = ",",
      defaultValue = "http://127.0.0.1:7400",
      description = "APIs of the nodes (default: ${DEFAULT-VALUE}).")
  private List<String> api = List.of("http://127.0.0.1:7400");

  @Option(
      names = "--admin",
      paramLabel = "URL,…",
      split = ",",
      defaultValue = "http://127.0.0.1:7401",
      description =
          "Admin ports of all nodes: they say what is left on the queue (default: ${DEFAULT-VALUE}).")
  private List<URI> admins = List.of(URI.create("http://127.0.0.1:7401"));

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "End after so many cases (default: all).")
  private int cases = Integer.MAX_VALUE;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "8",
      description = "Batches under way at a time (default: ${DEFAULT-VALUE}).")
  private int concurrency = 8;

  @Option(
      names = "--batch",
      paramLabel = "CASES",
      defaultValue = "32",
      description = "Cases that go on together in one batch (default: ${DEFAULT-VALUE}).")
  private int batch = 32;

  @Option(
      names = "--give-up-after",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "How long to go on repeating while a node does not answer (default: ${DEFAULT-VALUE}).")
  private int giveUpAfterSeconds = 120;

  @Option(
      names = "--whole",
      description =
          "It has to be the whole published log, 13,087 cases with 262,200 events: only then is it"
              + " compared with the figures that are published of it.")
  private boolean whole;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the report there too, as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the report (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  private ReplayCounts counts = new ReplayCounts();

  @Override
  public Integer call() {
    ReplayOptions options = options();
    try (PerdureClient client = client(options.giveUpAfter())) {
      return replay(client, options);
    } catch (ReplayException e) {
      throw new CommandException(
          e.unavailable() ? Exit.UNAVAILABLE : Exit.FAILED, e.getMessage() + standing());
    } catch (PerdureException e) {
      throw new CommandException(
          e.code().equals(PerdureException.UNAVAILABLE) ? Exit.UNAVAILABLE : Exit.FAILED,
          e.getMessage() + standing());
    } catch (LogException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new CommandException(Exit.FAILED, "file " + e.getFile() + " does not exist");
    } catch (IOException e) {
      throw new CommandException(
          Exit.FAILED, "the file could not be read or written: " + e.getMessage());
    }
  }

  private ReplayOptions options() {
    try {
      Duration giveUpAfter = Duration.ofSeconds(Math.max(1, giveUpAfterSeconds));
      return new ReplayOptions(concurrency, batch, cases, giveUpAfter);
    } catch (IllegalArgumentException e) {
      throw new CommandException(Exit.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private PerdureClient client(Duration timeout) {
    try {
      return PerdureClient.builder(api.toArray(String[]::new)).timeout(timeout).build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(Exit.USAGE, "--api: " + e.getMessage());
    }
  }

  private String standing() {
    return String.format(
        Locale.ROOT,
        "%n%,d rows have their outcome; run the same command again to take it up.",
        counts.rowsDone());
  }

  private int replay(PerdureClient client, ReplayOptions options) throws IOException {
    Path from = file == null ? Path.of("") : file;
    Clock clock = Clock.system();
    ReplayRun run = new ReplayRun(client, options, new AdminBacklog(admins));
    counts = run.counts();
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(run, main), "stop-on-signal"));
    long startNs = clock.monotonicNs();
    long size = Math.max(1, Files.size(from));
    ReplayRun.Result result;
    try (LoanLog log = LoanLog.open(from)) {
      ProgressLine line =
          ProgressLine.start(() -> progress(run, (clock.monotonicNs() - startNs) / 1e9, log, size));
      try {
        result = run.run(log, from.toString(), clock::monotonicNs);
      } finally {
        line.close();
      }
    }
    return print(result.report(), result.node());
  }

  /** Lets what is under way be finished. */
  private static void stop(ReplayRun run, Thread main) {
    run.stop();
    try {
      main.join(STOP_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int print(ReplayReport result, NodeFigures node) throws IOException {
    if (report != null) {
      Files.writeString(report, Output.json(result) + "\n");
    }
    System.out.print(
        output == Output.JSON
            ? Output.json(result) + "\n"
            : Funnel.table(node) + Ansi.AUTO.string(result.table()));
    System.out.flush();
    boolean holds = result.holds() && (result.whole() || !whole);
    return holds ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static String progress(ReplayRun run, double seconds, LoanLog log, long size) {
    ReplayCounts counts = run.counts();
    return run.progress().isEmpty()
        ? String.format(
            Locale.ROOT,
            "replaying: %,d rows, %d %% of the file read, %,.0f rows/s, %,d signals",
            counts.rowsDone(),
            log.bytesRead() * 100 / size,
            counts.rowsDone() / seconds,
            counts.signals())
        : run.progress();
  }
}
