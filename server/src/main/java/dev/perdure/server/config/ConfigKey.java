package dev.perdure.server.config;

import java.util.Locale;

/**
 * One key of the configuration.
 *
 * @param name dotted, lower case, words joined by dashes
 * @param otherwise its value when nothing sets it
 * @param otherwiseText the default in words where it depends on the machine; else its text
 * @param sentence what it is for
 */
public record ConfigKey<T>(
    String name, Kind<T> kind, T otherwise, String otherwiseText, String sentence) {

  static <T> ConfigKey<T> of(String name, Kind<T> kind, T otherwise, String sentence) {
    return new ConfigKey<>(name, kind, otherwise, kind.write().apply(otherwise), sentence);
  }

  /** With a default in words, because it depends on the machine. */
  ConfigKey<T> orInWords(String words) {
    return new ConfigKey<>(name, kind, otherwise, words, sentence);
  }

  /** The environment variable that overrides it. */
  public String variable() {
    return "PERDURE_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
