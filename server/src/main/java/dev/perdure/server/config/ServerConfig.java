package dev.perdure.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one node: a value for every key, and where it comes from. Immutable.
 *
 * <p>Precedence, weakest first: default, file, environment, {@code --set}, {@link #with}.
 */
public final class ServerConfig {

  private final Map<String, Setting> settings;

  ServerConfig(Map<String, Setting> settings) {
    this.settings = Map.copyOf(settings);
  }

  /**
   * A value and its origin.
   *
   * @param origin where it was set, for people
   */
  record Setting(Object value, String origin) {}

  /**
   * What is read.
   *
   * @param file a YAML file; null for none
   * @param environment variables; those that begin with {@code PERDURE_} are ours
   * @param sets {@code key=value} of the command line
   */
  public record Sources(@Nullable Path file, Map<String, String> environment, List<String> sets) {}

  /** A key as it stands: for {@code config explain}, the documents and the admin port. */
  public record Row(
      String key,
      String type,
      String unit,
      String allowed,
      String bounds,
      String otherwise,
      String value,
      String origin,
      String variable,
      String sentence) {}

  /** Nothing set. */
  public static ServerConfig defaults() {
    return new ServerConfig(Map.of());
  }

  /**
   * Reads and checks everything.
   *
   * @throws ConfigException with one line per mistake
   */
  public static ServerConfig load(Sources sources) {
    return new ConfigReader().read(sources);
  }

  /** With one value set by code. */
  public <T> ServerConfig with(ConfigKey<T> key, T value) {
    Map<String, Setting> changed = new HashMap<>(settings);
    changed.put(key.name(), new Setting(checked(key, value), "set by code"));
    return new ServerConfig(changed);
  }

  /** Code is held to the same bounds as a file. */
  private static <T> Object checked(ConfigKey<T> key, T value) {
    String text = key.kind().write().apply(value);
    if (key.kind().read().apply(text) == null) {
      throw new ConfigException(List.of(ConfigReader.mistake("code", key, text)));
    }
    return value;
  }

  /** The value of a key. */
  @SuppressWarnings("unchecked") // only the key's own kind makes its values
  public <T> T get(ConfigKey<T> key) {
    Setting setting = settings.get(key.name());
    return setting == null ? key.otherwise() : (T) setting.value();
  }

  /** Every key with its value. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (ConfigKey<?> key : Keys.all()) {
      rows.add(row(key));
    }
    return rows;
  }

  private <T> Row row(ConfigKey<T> key) {
    Setting setting = settings.get(key.name());
    return new Row(
        key.name(),
        key.kind().name(),
        key.kind().unit(),
        key.kind().allowed(),
        key.kind().bounds(),
        key.otherwiseText(),
        key.kind().write().apply(get(key)),
        setting == null ? "default" : setting.origin(),
        key.variable(),
        key.sentence());
  }

  /** Keys by name. */
  static Map<String, ConfigKey<?>> keys() {
    Map<String, ConfigKey<?>> keys = new TreeMap<>();
    Keys.all().forEach(key -> keys.put(key.name(), key));
    return keys;
  }
}
