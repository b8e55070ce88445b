package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.inspect.JournalListing;
import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code journal}: looks at the data directory of a node that does not run. */
@Command(
    name = "journal",
    description = "Look into the data directory of a node that does not run; changes nothing.",
    subcommands = {JournalCommand.Inspect.class, JournalCommand.Verify.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(inspect | verify)",
    footer = {"", "Example:", "  perdure journal verify --data data"})
final class JournalCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "inspect or verify is needed");
  }

  /** The directory, and how to print. */
  static final class Common {

    private static final String LOCK = "journals.lock";

    @Option(
        names = "--data",
        paramLabel = "DIR",
        defaultValue = "perdure-data",
        description = "Data directory (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("perdure-data");

    @Option(
        names = "--output",
        paramLabel = "table|json",
        defaultValue = "table",
        description = "How to print (default: ${DEFAULT-VALUE}).")
    private Output output = Output.TABLE;

    DataDirectory open() {
      try {
        DataDirectory directory = DataDirectory.existing(data);
        refuseIfRunning(directory.journal().resolve(LOCK));
        return directory;
      } catch (StartException e) {
        throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new CommandException(Exit.FAILED, data + " cannot be read: " + e.getMessage());
      }
    }

    private void refuseIfRunning(Path lock) throws IOException {
      if (!Files.isWritable(lock)) {
        return; // never locked, or a copy on a medium that no node can use
      }
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
        if (channel.tryLock() != null) {
          return;
        }
      } catch (OverlappingFileLockException e) {
        // this very process
      }
      throw new CommandException(
          Exit.FAILED, data + " is in use by a node; stop it first, or look at a copy.");
    }

    boolean json() {
      return output == Output.JSON;
    }
  }

  /** {@code journal inspect}. */
  @Command(
      name = "inspect",
      description = "List a shard's journal entries, oldest first, with the commands in them.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure journal inspect --data data --limit 5",
        "  perdure journal inspect --data data --from 1200 --output json"
      })
  static final class Inspect implements Callable<Integer> {

    @Mixin private Common common = new Common();

    @Option(
        names = "--shard",
        paramLabel = "N",
        defaultValue = "0",
        description = "The shard (default: ${DEFAULT-VALUE}).")
    private int shard;

    @Option(
        names = "--from",
        paramLabel = "INDEX",
        defaultValue = "0",
        description = "Begin at this log index (default: the oldest).")
    private long from;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "Entries at most (default: ${DEFAULT-VALUE}).")
    private long limit;

    @Override
    public Integer call() {
      DataDirectory data = common.open();
      if (shard < 0 || shard >= data.shards()) {
        throw new CommandException(
            Exit.USAGE,
            "--shard is %d; the directory has shards 0 to %d.".formatted(shard, data.shards() - 1));
      }
      try {
        long count =
            JournalListing.list(data, shard, new JournalListing.Range(from, limit), this::print);
        if (count == limit) {
          System.err.println("perdure: there may be more; see --from and --limit");
        }
        return Exit.DONE;
      } catch (CorruptionException e) {
        throw new CommandException(Exit.CHECK_DID_NOT_HOLD, String.valueOf(e.getMessage()));
      }
    }

    private void print(JournalListing.Line line) {
      if (common.json()) {
        System.out.println(Output.jsonLine(line));
        return;
      }
      String fence =
          line.sequence() < 0
              ? ""
              : " epoch %d sequence %d %s"
                  .formatted(
                      line.epoch(),
                      line.sequence(),
                      Instant.EPOCH.plus(line.stampMicros(), ChronoUnit.MICROS));
      System.out.printf(
          Locale.ROOT,
          "%d:%d %s%s   (%s at byte %d)%n",
          line.term(),
          line.index(),
          line.kind(),
          fence,
          line.file(),
          line.offset());
      line.records().forEach(record -> System.out.println("    " + record));
    }
  }

  /** {@code journal verify}. */
  @Command(
      name = "verify",
      description = {
        "Verify every checksum, every sum and every snapshot.",
        "",
        "With --refold, every history is folded from its first event and compared with the stored"
            + " states; this needs the services that wrote them."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Exit codes: 0 all held, 1 failed, 2 usage, 3 damage was found.",
        "",
        "Examples:",
        "  perdure journal verify --data data",
        "  perdure journal verify --data data --refold --services services/"
      })
  static final class Verify implements Callable<Integer> {

    @Mixin private Common common = new Common();

    @Option(names = "--refold", description = "Fold every history from its first event, too.")
    private boolean refold;

    @Option(
        names = "--services",
        split = ",",
        paramLabel = "JAR|DIR",
        description = "For --refold: jars with the services (default: the ledger example).")
    private List<Path> services = new ArrayList<>();

    @Override
    public Integer call() {
      DataDirectory data = common.open();
      List<Verification.Checked> checked = Verification.run(data, types());
      boolean holds = checked.stream().allMatch(Verification.Checked::holds);
      if (common.json()) {
        System.out.println(Output.json(Map.of("holds", holds, "checked", checked)));
      } else {
        checked.forEach(Verify::print);
        System.out.println(holds ? "nothing is damaged" : "DAMAGE was found; nothing was changed");
      }
      return holds ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
    }

    private @Nullable TypeRegistry types() {
      return refold ? new TypeRegistry(Services.load(services)) : null;
    }

    private static void print(Verification.Checked checked) {
      System.out.printf(
          Locale.ROOT,
          "shard %d  %-28s %s%n",
          checked.shard(),
          checked.what(),
          checked.holds() ? "%,d".formatted(checked.counted()) : "DAMAGED: " + checked.problem());
    }
  }
}
