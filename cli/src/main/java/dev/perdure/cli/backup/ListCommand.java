package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Repository;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backup list}. */
@Command(
    name = "list",
    description = "List the backups in a directory, newest first.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 one of them cannot be read.",
      "",
      "Example:",
      "  perdure backup list --from /backup/ledger"
    })
final class ListCommand implements Callable<Integer> {

  @Mixin private FromOptions options = new FromOptions();

  /** A line of the list. */
  private record Line(
      String id,
      @Nullable String time,
      @Nullable String cluster,
      @Nullable Boolean incremental,
      @Nullable Integer shards,
      @Nullable Long bytes,
      @Nullable Long addedBytes,
      @Nullable String hash,
      @Nullable String problem) {

    static Line of(Repository.Listed one) {
      Manifest made = one.manifest();
      return made == null
          ? new Line(one.id(), null, null, null, null, null, null, null, one.problem())
          : new Line(
              one.id(),
              Instant.EPOCH.plus(made.micros(), ChronoUnit.MICROS).toString(),
              made.cluster().toString(),
              made.incremental(),
              made.shards().size(),
              made.bytes(),
              made.added(),
              String.format("%016x", made.hash()),
              null);
    }
  }

  @Override
  public Integer call() {
    return FromOptions.guarded(
        () -> {
          List<Line> lines = options.open().list().stream().map(Line::of).toList();
          if (options.json()) {
            System.out.println(Output.json(Map.of("backups", lines)));
          } else {
            print(lines);
          }
          boolean all = lines.stream().allMatch(one -> one.problem == null);
          return all ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
        });
  }

  private static void print(List<Line> lines) {
    if (lines.isEmpty()) {
      System.out.println("there is no backup");
      return;
    }
    System.out.printf(
        "%-20s%-12s%8s%18s%18s  %-18s%s%n",
        "id", "kind", "shards", "bytes", "new bytes", "hash", "cluster");
    for (Line one : lines) {
      if (one.problem != null) {
        System.out.printf("%-20sNOT READABLE: %s%n", one.id, one.problem);
        continue;
      }
      System.out.printf(
          Locale.ROOT,
          "%-20s%-12s%8d%,18d%,18d  %-18s%s%n",
          one.id,
          Boolean.TRUE.equals(one.incremental) ? "incremental" : "full",
          one.shards,
          one.bytes,
          one.addedBytes,
          one.hash,
          one.cluster);
    }
  }
}
