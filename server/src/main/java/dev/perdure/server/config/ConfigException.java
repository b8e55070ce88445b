package dev.perdure.server.config;

import java.util.List;

/** The configuration cannot be used. One line per mistake: where, which key, what, what instead. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> mistakes;

  ConfigException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** One line each, in the order in which they were found. */
  public List<String> mistakes() {
    return mistakes;
  }
}
