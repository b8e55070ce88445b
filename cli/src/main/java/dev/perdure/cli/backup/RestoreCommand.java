package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code restore}. */
@Command(
    name = "restore",
    description = {
      "Make a data directory of a backup.",
      "",
      "It is that of the first node of a new cluster, which never meets the old one. Start it alone, or"
          + " with --cluster and let others --join it. Everything is compared on the way; until all of"
          + " it was, no node opens the directory."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 the backup is damaged.",
      "",
      "Examples:",
      "  perdure restore --from /backup/ledger --data data",
      "  perdure restore --from /backup/ledger --id 20260301T101530Z --data data --shards 6"
    })
public final class RestoreCommand implements Callable<Integer> {

  private static final int MIB = 1 << 20;
  private static final int SHARDS_MAX = 4096;

  @Mixin private FromOptions options = new FromOptions();

  @Option(names = "--id", paramLabel = "ID", description = "Which backup (default: the newest).")
  private @Nullable String id;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data directory to make; it must be empty or not there yet.")
  private Path data = Path.of("");

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many shards it is to have (default: as many as the backup).")
  private int shards;

  @Override
  public Integer call() {
    if (shards < 0 || shards > SHARDS_MAX) {
      throw new CommandException(
          Exit.USAGE, "--shards is %d; 1 to %d is needed".formatted(shards, SHARDS_MAX));
    }
    return FromOptions.guarded(
        () -> {
          Clock clock = Clock.system();
          long startNs = clock.monotonicNs();
          Repository repository = options.open();
          Manifest manifest = id == null ? repository.newest() : repository.manifest(id);
          Progress progress = new Progress();
          ProgressLine line =
              ProgressLine.start(
                  () -> "%,d MiB read; %s".formatted(progress.bytes() / MIB, progress.doing()));
          Restoration.Restored made;
          try {
            made =
                new Restoration(repository, manifest, progress).to(data, shards, Entropy.system());
          } finally {
            line.close();
          }
          if (options.json()) {
            System.out.println(Output.json(made));
          } else {
            print(made, (clock.monotonicNs() - startNs) / 1e9);
          }
          return Exit.DONE;
        });
  }

  private void print(Restoration.Restored made, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "backup %s restored to %s in %.1f s: %d shards, %,d commands, hash %s%n",
        made.backup(),
        data,
        seconds,
        made.shards(),
        made.records(),
        made.hash());
    System.out.printf(
        "cluster %s, node %s; start it with: perdure run --data %s%n",
        made.cluster(), made.node(), data);
  }
}
