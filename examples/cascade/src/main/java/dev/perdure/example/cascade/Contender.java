package dev.perdure.example.cascade;

import java.util.function.Supplier;

/** A stack by name, in the order in which they run and are shown. */
enum Contender {
  NO_GUARD("no guard", PlainStack::new),
  RESILIENCE4J("Resilience4j", Resilience4jStack::new),
  PERDURE("Perdure", PerdureStack::new);

  private final String title;
  private final Supplier<Stack> maker;

  Contender(String title, Supplier<Stack> maker) {
    this.title = title;
    this.maker = maker;
  }

  /** As it is called in tables and figures. */
  String title() {
    return title;
  }

  /** A new one, which remembers nothing. */
  Stack open() {
    return maker.get();
  }
}
