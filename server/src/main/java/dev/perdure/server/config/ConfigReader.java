package dev.perdure.server.config;

import dev.perdure.server.config.ServerConfig.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the settings of all sources, and every mistake in them. */
final class ConfigReader {

  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final String PREFIX = "PERDURE_";

  private final Map<String, ConfigKey<?>> keys = ServerConfig.keys();
  private final Map<String, Setting> settings = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  ServerConfig read(ServerConfig.Sources sources) {
    if (sources.file() != null) {
      file(sources.file());
    }
    environment(sources.environment());
    sources.sets().forEach(this::set);
    crossChecks();
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return new ServerConfig(settings);
  }

  private void file(Path file) {
    String text;
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        mistakes.add(file + ": longer than " + FILE_BYTES_MAX + " bytes; this is no configuration");
        return;
      }
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      mistakes.add(file + ": no such file");
      return;
    } catch (IOException e) {
      mistakes.add(file + ": cannot be read: " + e.getMessage());
      return;
    }
    YamlSettings yaml = YamlSettings.parse(text);
    yaml.mistakes().forEach(one -> mistakes.add(file + ":" + one));
    for (YamlSettings.Entry entry : yaml.entries()) {
      String where = file + ":" + entry.line();
      put(entry.key(), entry.value(), where);
    }
  }

  private void environment(Map<String, String> variables) {
    Map<String, ConfigKey<?>> byVariable = new HashMap<>();
    keys.values().forEach(key -> byVariable.put(key.variable(), key));
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              ConfigKey<?> key = byVariable.get(name);
              if (key != null) {
                set(key, value, "environment " + name);
              } else if (name.startsWith(PREFIX) && !Environment.isForeign(name)) {
                mistakes.add(
                    "environment "
                        + name
                        + ": no such key"
                        + Nearest.suggestion(name, byVariable.keySet()));
              }
            });
  }

  private void set(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      mistakes.add("--set " + assignment + ": must be key=value");
      return;
    }
    put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "--set");
  }

  private void put(String name, String value, String where) {
    ConfigKey<?> key = keys.get(name);
    if (key == null) {
      mistakes.add(where + ": " + name + ": no such key" + Nearest.suggestion(name, keys.keySet()));
    } else {
      set(key, value, where);
    }
  }

  private <T> void set(ConfigKey<T> key, String text, String where) {
    @Nullable T value = key.kind().read().apply(text.strip());
    if (value == null) {
      mistakes.add(mistake(where, key, text));
    } else {
      settings.put(key.name(), new Setting(value, where));
    }
  }

  static String mistake(String where, ConfigKey<?> key, String text) {
    return where + ": " + key.name() + ": '" + text + "' is not " + key.kind().allowed();
  }

  /** What one key demands of another. */
  private void crossChecks() {
    ServerConfig config = new ServerConfig(settings);
    if (config.get(Keys.COMMAND_TIMEOUT).compareTo(config.get(Keys.COMMAND_TIMEOUT_MAX)) > 0) {
      crossMistake(Keys.COMMAND_TIMEOUT, config, "longer than " + Keys.COMMAND_TIMEOUT_MAX.name());
    }
    int apiPort = config.get(Keys.API_PORT);
    if (apiPort != 0 && apiPort == config.get(Keys.ADMIN_PORT)) {
      crossMistake(Keys.ADMIN_PORT, config, "the same as " + Keys.API_PORT.name());
    }
    if (config.get(Keys.EVENT_BYTES_MAX) > config.get(Keys.ENTRY_BYTES_MAX)) {
      crossMistake(Keys.EVENT_BYTES_MAX, config, "more than " + Keys.ENTRY_BYTES_MAX.name());
    }
    if (!TenantName.valid(config.get(Keys.TENANT_DEFAULT))) {
      crossMistake(Keys.TENANT_DEFAULT, config, "not " + TenantName.ALLOWED);
    }
    clusterChecks(config);
    for (ConfigKey<String> host : List.of(Keys.API_HOST, Keys.ADMIN_HOST)) {
      if (!config.get(Keys.INSECURE) && !Loopback.holds(config.get(host))) {
        crossMistake(
            host,
            config,
            "beyond loopback, but there is neither TLS nor authentication; to listen there all"
                + " the same, set insecure (or give --insecure)");
      }
    }
  }

  private void clusterChecks(ServerConfig config) {
    String host = Cluster.listens(config);
    if (!host.isEmpty()
        && !config.get(Keys.INSECURE)
        && !Cluster.secured(config)
        && !Loopback.holds(host)) {
      crossMistake(
          Keys.CLUSTER_ADDRESS,
          config,
          "beyond loopback, but cluster.tls.certificate is not set; make certificates with"
              + " `perdure cluster certs`, or set insecure (or give --insecure)");
    }
  }

  private <T> void crossMistake(ConfigKey<T> key, ServerConfig config, String problem) {
    Setting setting = settings.get(key.name());
    String value = key.kind().write().apply(config.get(key));
    mistakes.add(
        "%s: %s: '%s' is %s"
            .formatted(setting == null ? "default" : setting.origin(), key.name(), value, problem));
  }
}
