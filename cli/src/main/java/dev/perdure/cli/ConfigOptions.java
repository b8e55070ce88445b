package dev.perdure.cli;

import dev.perdure.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a node's configuration comes from. */
final class ConfigOptions {

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
   * @throws dev.perdure.cli.terminal.CommandException with every mistake
   */
  ServerConfig load() {
    return ConfigSource.load(ConfigSource.file(file), sets);
  }

  @Nullable Path file() {
    return file;
  }

  List<String> sets() {
    return sets;
  }
}
