package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.runtime.backup.Inspection;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backup verify}. */
@Command(
    name = "verify",
    description = {
      "Read every file and every row of backups, and compare.",
      "",
      "Checksums of all files, and hashes of all slots, added up anew from the rows."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 something is damaged.",
      "",
      "Examples:",
      "  perdure backup verify --from /backup/ledger",
      "  perdure backup verify --from /backup/ledger --newest",
      "  perdure backup verify --from /backup/ledger --id 20260301T101530Z"
    })
final class VerifyCommand implements Callable<Integer> {

  private static final int MIB = 1 << 20;

  @Mixin private FromOptions options = new FromOptions();

  @Option(names = "--id", paramLabel = "ID", description = "Which backup (default: all of them).")
  private @Nullable String id;

  @Option(names = "--newest", description = "Only the newest backup.")
  private boolean newest;

  @Override
  public Integer call() {
    if (newest && id != null) {
      throw new CommandException(Exit.USAGE, "--newest and --id name two backups; give one");
    }
    return FromOptions.guarded(
        () -> {
          Repository repository = options.open();
          Progress progress = new Progress();
          ProgressLine line =
              ProgressLine.start(
                  () -> "%,d MiB read; %s".formatted(progress.bytes() / MIB, progress.doing()));
          List<Inspection.Checked> checked = new ArrayList<>();
          try {
            Inspection inspection = new Inspection(repository, progress);
            for (String one : ids(repository)) {
              checked.addAll(inspection.verify(one));
            }
          } finally {
            line.close();
          }
          boolean holds = checked.stream().allMatch(Inspection.Checked::holds);
          if (options.json()) {
            System.out.println(Output.json(Map.of("holds", holds, "checked", checked)));
          } else {
            checked.forEach(VerifyCommand::print);
            System.out.println(holds ? "nothing is damaged" : "DAMAGE was found");
          }
          return holds ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
        });
  }

  private List<String> ids(Repository repository) {
    if (newest) {
      return List.of(repository.newest().id());
    }
    List<String> all = repository.list().stream().map(Repository.Listed::id).toList();
    if (id == null) {
      return all;
    }
    if (!all.contains(id)) {
      throw new CommandException(
          Exit.FAILED, "there is no backup '" + id + "'; see perdure backup list");
    }
    return List.of(id);
  }

  private static void print(Inspection.Checked one) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %-18s %s%n",
        one.backup(),
        one.what(),
        one.holds()
            ? "%,d%s".formatted(one.counted(), one.hash().isEmpty() ? "" : ", hash " + one.hash())
            : "DAMAGED: " + one.problem());
  }
}
