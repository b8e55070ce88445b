package dev.perdure.example.cascade;

/** A stack by name, in the order in which they run and are shown. */
enum Contender {
  NO_GUARD("no guard"),
  RESILIENCE4J("Resilience4j"),
  PERDURE("Perdure");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** As it is called in tables and figures. */
  String title() {
    return title;
  }

  /** A new one, which remembers nothing. */
  Stack open() {
    return switch (this) {
      case NO_GUARD -> new PlainStack();
      case RESILIENCE4J -> new Resilience4jStack();
      case PERDURE -> new PerdureStack();
    };
  }
}
