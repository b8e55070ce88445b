package dev.perdure.cli.proof;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.imports.ProgressLine;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code proof restore}. */
@Command(
    name = "restore",
    description = {
      "Lose everything, and restore it to three nodes.",
      "",
      "Loads a ledger with events, backs it up (once full under load, once incremental), deletes the"
          + " data, restores it, starts three real processes on it, and compares what they hold with"
          + " what was there. All on loopback, in a temporary folder."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Example:",
      "  perdure proof restore --events 1000000"
    })
final class RestoreCommand implements Callable<Integer> {

  private static final int EVENTS_MAX = 100_000_000;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many events are loaded (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--seconds-max",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long the restore to three nodes may take (default: ${DEFAULT-VALUE}).")
  private int secondsMax;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    if (events < 1000 || events > EVENTS_MAX) {
      throw new CommandException(
          Exit.USAGE, "--events is %d; 1,000 to %,d is needed.".formatted(events, EVENTS_MAX));
    }
    TemporaryFolder folder = TemporaryFolder.create("perdure-restore-");
    RestoreProof proof = new RestoreProof(folder.path(), events);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  proof.close();
                  folder.delete();
                },
                "proof-clean-up"));
    ProgressLine line = ProgressLine.start(proof::phase);
    RestoreProof.Report report;
    try {
      report = proof.run();
    } finally {
      line.close();
    }
    boolean held = report.same() && report.threeNodesSeconds() <= secondsMax;
    System.out.print(output == Output.JSON ? Output.json(report) + "\n" : table(report, held));
    return held ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private String table(RestoreProof.Report of, boolean held) {
    return String.format(
        Locale.ROOT,
        """
          %,d events of %,d accounts loaded in %.1f s
          full backup under load:   %,d bytes in %.1f s; commands took %.2f ms at the median, %.1f ms at most,
                                    and %.2f and %.1f ms without it
          incremental backup:       %,d bytes, %,d of them new, in %.1f s
          everything deleted
          restored and compared:    %.1f s
          first node takes writes:  %.1f s
          three nodes hold all:     %.1f s (at most %d s)
          hash before and after:    %s, %s
        %s
        """,
        of.events(),
        of.accounts(),
        of.loadSeconds(),
        of.full().bytes(),
        of.full().seconds(),
        of.during().medianMs(),
        of.during().longestMs(),
        of.before().medianMs(),
        of.before().longestMs(),
        of.incremental().bytes(),
        of.incremental().addedBytes(),
        of.incremental().seconds(),
        of.restoredSeconds(),
        of.firstNodeSeconds(),
        of.threeNodesSeconds(),
        secondsMax,
        of.hashBefore(),
        of.hashAfter(),
        held
            ? "  held"
            : of.same() ? "  FAILED: it took too long" : "  FAILED: it is not the same");
  }
}
