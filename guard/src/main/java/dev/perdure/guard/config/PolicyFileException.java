package dev.perdure.guard.config;

import java.util.List;

/** A file of policies that was not taken. */
public final class PolicyFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> mistakes;

  /** For who reads a file of policies and cannot use all of it. */
  public PolicyFileException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All of them, each with its line, its key and value, and what is allowed. */
  public List<String> mistakes() {
    return mistakes;
  }
}
