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

/** {@code proof upgrade}. */
@Command(
    name = "upgrade",
    description = {
      "Change the code of transfers while they are on their way, and see every one end.",
      "",
      "Transfers are held at four places by something outside that is out of order. What is recorded"
          + " of them is replayed against the new code, in which a step is inserted, one is removed"
          + " and two are swapped; what the replay names is compared with what must differ. Then the"
          + " node stops, starts with the new code, and each saga, each account and each effect"
          + " outside are compared."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  perdure proof upgrade",
      "  perdure proof upgrade --transfers 5000 --output json"
    })
final class UpgradeCommand implements Callable<Integer> {

  private static final int TRANSFERS_MAX = 100_000;

  @Option(
      names = "--transfers",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many are on their way (default: ${DEFAULT-VALUE}).")
  private int transfers;

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
      description = "Fixes what is transferred (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    UpgradeProof.Settings settings =
        new UpgradeProof.Settings(
            within("--transfers", transfers, 1), within("--accounts", accounts, 2), seed);
    TemporaryFolder folder = TemporaryFolder.create("perdure-upgrade-");
    Runtime.getRuntime().addShutdownHook(new Thread(folder::delete, "proof-clean-up"));
    UpgradeProof.Report report = run(new UpgradeProof(folder.path(), settings), folder);
    if (!report.held()) {
      folder.keep();
      System.err.println("perdure: the node's data is kept in " + folder.path());
    }
    System.out.print(
        output == Output.JSON ? Output.json(report) + "\n" : Ansi.AUTO.string(table(report)));
    System.out.flush();
    return report.held() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static UpgradeProof.Report run(UpgradeProof proof, TemporaryFolder folder) {
    ProgressLine line = ProgressLine.start(proof::progress);
    try {
      return proof.run();
    } catch (GaveUpException | DemoException e) {
      folder.keep();
      throw new CommandException(
          Exit.FAILED, e.getMessage() + "\nThe node's data is kept in " + folder.path());
    } finally {
      line.close();
    }
  }

  private static String table(UpgradeProof.Report report) {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "  %,d transfers under way; replayed against the new code in %.2f s, which named%n",
        report.transfers(),
        report.replaySeconds());
    report.differences().forEach((what, count) -> add(out, "    %,8d %s%n", count, what));
    add(out, "  with the new code all ended within %.2f s of the start%n", report.endSeconds());
    report.ends().forEach((end, count) -> add(out, "    %,8d %s%n", count, end));
    for (Check check : report.checks()) {
      add(
          out,
          "  %s  %-78s  %s%n",
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

  private static int within(String option, int value, int min) {
    if (value < min || value > TRANSFERS_MAX) {
      throw new CommandException(
          Exit.USAGE,
          "%s is %d; %,d to %,d is needed.".formatted(option, value, min, TRANSFERS_MAX));
    }
    return value;
  }
}
