package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.runtime.backup.Pruning;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backup prune}. */
@Command(
    name = "prune",
    description = "Remove all but the newest backups, and the files that no other one needs.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure backup prune --from /backup/ledger --keep 14"})
final class PruneCommand implements Callable<Integer> {

  @Mixin private FromOptions options = new FromOptions();

  @Option(
      names = "--keep",
      required = true,
      paramLabel = "N",
      description = "How many backups are kept, at least 1.")
  private int keep;

  @Override
  public Integer call() {
    if (keep < 1) {
      throw new CommandException(Exit.USAGE, "--keep is " + keep + "; at least 1 is needed");
    }
    return FromOptions.guarded(
        () -> {
          Pruning.Pruned pruned = Pruning.keepNewest(options.open(), keep);
          if (options.json()) {
            System.out.println(Output.json(pruned));
          } else {
            System.out.printf(
                Locale.ROOT,
                "%d backups removed, %,d bytes freed%n",
                pruned.removed().size(),
                pruned.freedBytes());
          }
          return Exit.DONE;
        });
  }
}
