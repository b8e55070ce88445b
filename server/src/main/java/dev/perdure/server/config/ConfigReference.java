package dev.perdure.server.config;

/** The reference page of the configuration, made from {@link Keys}. */
public final class ConfigReference {

  private ConfigReference() {}

  /** Markdown. */
  public static String markdown() {
    StringBuilder out = new StringBuilder(8_192);
    out.append(
        """
        # Configuration

        Made from the keys' declarations (`dev.perdure.server.config.Keys`); a test keeps it current.

        One YAML file (`perdure run --config FILE`), nested or with dotted names; every key can be
        overridden by its environment variable, that by `--set key=value` on the command line.
        Durations are whole numbers with `ms`, `s`, `m`, `h` or `d`; sizes whole numbers with `B`,
        `KiB`, `MiB` or `GiB`. Unknown keys and bad values stop the start with file, line, key, what
        was read and what is allowed. `perdure config explain` shows every key with its value and
        where it comes from, `perdure config check FILE` reads a file and says what is wrong.

        ```yaml
        api:
          port: 7400
        command.timeout: 2s
        state.bytes-max: 512KiB
        ```

        | key | type | default | variable | meaning |
        |---|---|---|---|---|
        """);
    for (ServerConfig.Row row : ServerConfig.defaults().rows()) {
      out.append("| `")
          .append(row.key())
          .append("` | ")
          .append(row.bounds().isEmpty() ? row.type() : row.type() + ": " + row.bounds())
          .append(" | ")
          .append(row.otherwise().isEmpty() ? "none" : row.otherwise())
          .append(" | `")
          .append(row.variable())
          .append("` | ")
          .append(row.sentence())
          .append(" |\n");
    }
    return out.toString();
  }
}
