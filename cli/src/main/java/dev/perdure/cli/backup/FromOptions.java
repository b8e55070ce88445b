package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.backup.BackupException;
import dev.perdure.runtime.backup.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which backups, and how to print. */
final class FromOptions {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description = "The directory of backups.")
  private Path from = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  boolean json() {
    return output == Output.JSON;
  }

  Repository open() {
    return Repository.open(from);
  }

  /** Work on backups. */
  interface Work {
    int run() throws IOException;
  }

  /** Runs it; what goes wrong becomes a message and an exit code. */
  static int guarded(Work work) {
    try {
      return work.run();
    } catch (BackupException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
    } catch (CorruptionException e) {
      throw new CommandException(Exit.CHECK_DID_NOT_HOLD, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandException(Exit.FAILED, e.toString());
    } catch (UncheckedIOException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getCause()));
    }
  }
}
