package dev.perdure.cli.demo;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.example.ledger.imports.ImportOptions;
import dev.perdure.example.ledger.imports.ProgressLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code demo}. */
@Command(
    name = "demo",
    description = {
      "See a mission-critical service lose nothing through kill -9.",
      "",
      "Starts a node as a process of its own, loads a bank ledger from many clients that repeat"
          + " under their operation ids, kills the node with SIGKILL again and again in the middle"
          + " of it, and then compares everything the node holds with everything it acknowledged."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure demo",
      "  perdure demo --kills 10 --seed 7 --keep",
      "  perdure demo --nodes 3",
      "  perdure demo --input transactions.csv --output json"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int KILLS_MAX = 100;
  private static final int KILLS_OF_ONE = 5;
  private static final int KILLS_OF_SEVERAL = 3;
  private static final int NODES_MAX = 7;
  private static final int COUNT_MAX = 10_000_000;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A bank's file to load (as for ledger import) instead of a generated ledger.")
  private @Nullable Path input;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "How often a node is killed (default: 5; 3 with several nodes).")
  private @Nullable Integer kills;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Nodes; with more than one they are a cluster, and whoever leads most of it is killed"
              + " (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "Requests under way at a time (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Accounts of the generated ledger (default: ${DEFAULT-VALUE}).")
  private int accounts;

  @Option(
      names = "--commands",
      paramLabel = "N",
      defaultValue = "60000",
      description =
          "Commands of the generated load; fewer if they take longer than 25 s (default:"
              + " ${DEFAULT-VALUE}).")
  private int commands;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Fixes what is asked and when the kills come (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--keep", description = "Leave the node running and say where it is.")
  private boolean keep;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    DemoSettings settings =
        new DemoSettings(
            input,
            within("--kills", kills(), 0, KILLS_MAX),
            within("--clients", clients, 1, ImportOptions.LANES_MAX),
            within("--accounts", accounts, 1, COUNT_MAX),
            within("--commands", commands, 1, COUNT_MAX),
            seed,
            keep);
    if (input != null && !Files.isReadable(input)) {
      throw new CommandException(Exit.USAGE, "--input is '" + input + "'; it cannot be read.");
    }
    TemporaryFolder folder = TemporaryFolder.create("perdure-demo-");
    DemoNodes cluster = new DemoNodes(folder.path(), within("--nodes", nodes, 1, NODES_MAX));
    Stop stop = new Stop();
    Thread cleaner = new Thread(() -> cleanUp(stop, cluster, folder), "clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    DemoReport report = run(settings, cluster, stop, folder);
    if (keep) {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    }
    if (!report.holds()) {
      folder.keep();
      System.err.println("perdure: data and log of the node are kept in " + folder.path());
    }
    System.out.print(
        output == Output.JSON ? Output.json(report) + "\n" : DemoTable.of(report, Ansi.AUTO));
    System.out.flush();
    return report.holds() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static DemoReport run(
      DemoSettings settings, DemoNodes cluster, Stop stop, TemporaryFolder folder)
      throws IOException {
    Demo demo = new Demo(settings, cluster, stop);
    ProgressLine line = ProgressLine.start(demo::progress);
    try {
      return demo.run();
    } catch (GaveUpException e) {
      folder.keep();
      throw new CommandException(Exit.FAILED, e.getMessage() + where(folder));
    } catch (DemoException e) {
      folder.keep();
      throw new CommandException(Exit.FAILED, e.getMessage() + where(folder));
    } finally {
      line.close();
    }
  }

  private static String where(TemporaryFolder folder) {
    return "\nData and log of the node are kept in " + folder.path();
  }

  private static void cleanUp(Stop stop, DemoNodes cluster, TemporaryFolder folder) {
    stop.request();
    cluster.end();
    folder.delete();
  }

  private int kills() {
    Integer given = kills;
    return given != null ? given : nodes > 1 ? KILLS_OF_SEVERAL : KILLS_OF_ONE;
  }

  private static int within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandException(
          Exit.USAGE, "%s is %d; %,d to %,d is needed.".formatted(option, value, min, max));
    }
    return value;
  }
}
