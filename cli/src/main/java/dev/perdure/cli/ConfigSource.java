package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.server.config.ConfigException;
import dev.perdure.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the configuration from where it is. */
final class ConfigSource {

  /** Read when it is there and no other is named. */
  private static final Path DEFAULT_FILE = Path.of("perdure.yaml");

  private static final String FILE_VARIABLE = "PERDURE_CONFIG";

  private ConfigSource() {}

  /** The file named on the command line, by the environment, or lying about; null if none. */
  static @Nullable Path file(@Nullable Path named) {
    if (named != null) {
      return named;
    }
    String variable = System.getenv(FILE_VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable);
    }
    return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
  }

  /**
   * Reads everything.
   *
   * @throws CommandException with every mistake
   */
  static ServerConfig load(@Nullable Path file, List<String> sets) {
    try {
      return ServerConfig.load(new ServerConfig.Sources(file, System.getenv(), sets));
    } catch (ConfigException e) {
      throw new CommandException(
          Exit.USAGE, "the configuration cannot be used:\n  " + String.join("\n  ", e.mistakes()));
    }
  }
}
