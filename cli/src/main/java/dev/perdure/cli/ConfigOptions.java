package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.server.config.ConfigException;
import dev.perdure.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a node's configuration comes from. */
final class ConfigOptions {

  /** Read when it is there and no other is named. */
  private static final Path DEFAULT_FILE = Path.of("perdure.yaml");

  private static final String FILE_VARIABLE = "PERDURE_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration in YAML (default: perdure.yaml if it exists).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a configuration key; see config explain.")
  private List<String> sets = new ArrayList<>();

  /**
   * Reads everything.
   *
   * @param more further {@code key=value}, stronger than those of {@code --set}
   */
  ServerConfig load(List<String> more) {
    List<String> all = new ArrayList<>(sets);
    all.addAll(more);
    return load(file(), all);
  }

  static ServerConfig load(@Nullable Path file, List<String> sets) {
    try {
      return ServerConfig.load(new ServerConfig.Sources(file, System.getenv(), sets));
    } catch (ConfigException e) {
      throw new CommandException(
          Exit.USAGE, "the configuration cannot be used:\n  " + String.join("\n  ", e.mistakes()));
    }
  }

  private @Nullable Path file() {
    if (file != null) {
      return file;
    }
    String variable = System.getenv(FILE_VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable);
    }
    return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
  }
}
