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
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code proof outage}. */
@Command(
    name = "outage",
    description = {
      "Take away what a node needs, and see that the rest goes on and that it comes back by itself.",
      "",
      "While transfers are begun at a fixed rate and other clients make deposits, the fraud check"
          + " hangs, then the gateway for notifications fails, and with three nodes or more all but"
          + " one are killed in the end. Compared are what the rest of the node does meanwhile, what"
          + " is sent to the dead dependency, what becomes of every transfer and notification, and"
          + " the node's mode.",
      "",
      "With --pull nothing fails or is killed: packets vanish. See 'perdure proof outage --pull"
          + " --help'."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof outage",
      "  perdure proof outage --hang 60 --calm 20 --nodes 3 --output json",
      "  ./perdure proof outage --pull --hold 20    (in a work tree)"
    })
final class OutageCommand implements Callable<Integer> {

  private static final int RATE_MAX = 1_000;
  private static final int SECONDS_MAX = 600;
  private static final int NODES_MAX = 7;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Transfers that are begun a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--hang",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long the fraud check hangs (default: ${DEFAULT-VALUE}).")
  private int hang;

  @Option(
      names = "--calm",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "How long everything works before, twice, and how long the gateway fails (default:"
              + " ${DEFAULT-VALUE}).")
  private int calm;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      description = "Nodes (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--pull",
      description = {
        "Instead of all this pull the network, in a work tree: of the gateway, of a PostgreSQL that"
            + " a projection writes to, and between three nodes."
      })
  private boolean pull;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    if (pull) { // the launcher of a work tree does it itself
      throw new CommandException(
          Exit.FAILED,
          "--pull needs the sources: clone the repository and run ./perdure proof outage --pull"
              + " there.");
    }
    OutageProof.Settings settings =
        new OutageProof.Settings(
            within("--rate", rate, 1, RATE_MAX),
            within("--hang", hang, 1, SECONDS_MAX),
            within("--calm", calm, 2, SECONDS_MAX),
            within("--nodes", nodes, 1, NODES_MAX));
    TemporaryFolder folder = TemporaryFolder.create("perdure-outage-");
    OutageProof proof = new OutageProof(folder.path(), settings);
    Thread cleaner = new Thread(() -> cleanUp(proof, folder), "proof-clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    OutageProof.Report report = run(proof, folder);
    if (!report.held()) {
      folder.keep();
      System.err.println("perdure: data and logs of the nodes are kept in " + folder.path());
    }
    System.out.print(
        output == Output.JSON ? Output.json(report) + "\n" : Ansi.AUTO.string(table(report)));
    System.out.flush();
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static OutageProof.Report run(OutageProof proof, TemporaryFolder folder) {
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

  private static void cleanUp(OutageProof proof, TemporaryFolder folder) {
    proof.close();
    folder.delete();
  }

  private static String table(OutageProof.Report report) {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "  %,d transfers; deposits a second: %,d, while the fraud check hung %,d%n",
        report.transfers(),
        report.calmRate(),
        report.hangRate());
    add(
        out,
        "  %.3f requests to the fraud check for each transfer; all had ended %.1f s after it was"
            + " back%n%n",
        report.amplification(),
        report.finishMs() / 1e3);
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
