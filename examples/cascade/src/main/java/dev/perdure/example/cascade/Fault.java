package dev.perdure.example.cascade;

import java.util.Locale;

/** What is wrong with the service that is ill. */
enum Fault {
  /** Takes requests and answers none of them until it is well again. */
  HANG("hangs"),
  /** Answers every request at once with 503. */
  ERRORS("fails"),
  /** Works, and takes ten times as long. */
  SLOW("is slow");

  private final String verb;

  Fault(String verb) {
    this.verb = verb;
  }

  /** What the service does: hangs. */
  String verb() {
    return verb;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
