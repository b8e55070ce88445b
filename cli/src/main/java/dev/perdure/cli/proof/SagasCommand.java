package dev.perdure.cli.proof;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.demo.DemoException;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.imports.ProgressLine;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code proof sagas}. */
@Command(
    name = "sagas",
    description = {
      "Kill nodes while transfers run, and see every one of them come to its end.",
      "",
      "Transfers move money between accounts and ask somebody outside, who fails, hangs and answers"
          + " twice. Nodes are killed with SIGKILL at random moments. In the end each saga, each"
          + " account and each effect outside are compared."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof sagas",
      "  perdure proof sagas --transfers 20000 --kills 200",
      "  perdure proof sagas --nodes 3 --transfers 2000 --kills 5 --output json"
    })
final class SagasCommand implements Callable<Integer> {

  private static final int TRANSFERS_MAX = 1_000_000;
  private static final int KILLS_MAX = 1_000;
  private static final int NODES_MAX = 7;

  @Option(
      names = "--transfers",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many transfers are started (default: ${DEFAULT-VALUE}).")
  private int transfers;

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
      names = "--accounts",
      paramLabel = "N",
      defaultValue = "100",
      description = "Accounts (default: ${DEFAULT-VALUE}).")
  private int accounts;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Fixes what is transferred and when the kills come (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    SagasProof.Settings settings =
        new SagasProof.Settings(
            within("--transfers", transfers, 1, TRANSFERS_MAX),
            within("--accounts", accounts, 2, TRANSFERS_MAX),
            within("--kills", kills, 0, KILLS_MAX),
            within("--nodes", nodes, 1, NODES_MAX),
            seed);
    TemporaryFolder folder = TemporaryFolder.create("perdure-sagas-");
    SagasProof proof = new SagasProof(folder.path(), settings);
    Thread cleaner = new Thread(() -> cleanUp(proof, folder), "proof-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    SagasProof.Report report = run(proof, folder);
    if (!report.held()) {
      folder.keep();
      System.err.println("perdure: data and logs of the nodes are kept in " + folder.path());
    }
    System.out.print(
        output == Output.JSON ? Output.json(report) + "\n" : Ansi.AUTO.string(table(report)));
    System.out.flush();
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static SagasProof.Report run(SagasProof proof, TemporaryFolder folder) {
    ProgressLine line = ProgressLine.start(proof::progress);
    try {
      return proof.run();
    } catch (GaveUpException | DemoException e) {
      folder.keep();
      throw new CommandException(
          Exit.FAILED,
          e.getMessage() + "\nData and logs of the nodes are kept in " + folder.path());
    } finally {
      line.close();
    }
  }

  private static void cleanUp(SagasProof proof, TemporaryFolder folder) {
    proof.close();
    folder.delete();
  }

  private static String table(SagasProof.Report report) {
    StringBuilder out = new StringBuilder();
    add(out, "  %,d transfers in %.1f s%n", report.transfers(), report.seconds());
    report.ends().forEach((end, count) -> add(out, "    %,8d %s%n", count, end));
    SagasProof.World world = report.requests();
    add(
        out,
        "  outside: %,d requests for %,d effects; %,d failed, hung or slow, %,d for what was done%n",
        world.requests(),
        world.effects(),
        world.faults(),
        world.repeats());
    kills(out, report.kills());
    for (Check check : report.checks()) {
      add(
          out,
          "  %s  %-64s  %s%n",
          check.held() ? "@|green held  |@" : "@|red,bold FAILED|@",
          check.statement(),
          check.found());
    }
    return out.toString();
  }

  private static void kills(StringBuilder out, List<SagasProof.Kill> kills) {
    if (kills.isEmpty()) {
      return;
    }
    List<Long> ready = kills.stream().map(SagasProof.Kill::readyMs).sorted().toList();
    List<Long> progress = kills.stream().map(SagasProof.Kill::progressMs).sorted().toList();
    int underWay = kills.stream().mapToInt(SagasProof.Kill::underWay).sum();
    int heldUp = kills.stream().mapToInt(SagasProof.Kill::heldUp).sum();
    add(
        out,
        "  %d kills; from start to ready: median %.2f s, worst %.2f s; until all that were under way"
            + " went on: median %.2f s, worst %.2f s%n"
            + "  %,d sagas were under way; %,d of them are not counted there, because nodes that"
            + " live asked for them and the world let them wait%n%n",
        kills.size(),
        ready.get(ready.size() / 2) / 1e3,
        ready.getLast() / 1e3,
        progress.get(progress.size() / 2) / 1e3,
        progress.getLast() / 1e3,
        underWay,
        heldUp);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  private static int within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandException(
          Exit.USAGE, "%s is %d; %,d to %,d is needed.".formatted(option, value, min, max));
    }
    return value;
  }
}
