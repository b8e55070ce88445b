package dev.perdure.example.cascade;

import java.util.List;
import java.util.Locale;

/** Which service calls which. Clients call the first; the last one falls ill. */
enum Shape {
  /** Each calls the next and needs its answer. */
  CHAIN,
  /**
   * The first calls all others at once. It needs their answers, but can do without the ill one's.
   */
  FAN_OUT;

  static final List<String> SERVICES = List.of("a", "b", "c", "d", "e");

  /** The one that clients call. */
  static final String DOOR = SERVICES.getFirst();

  /** The one that falls ill. */
  static final String PATIENT = SERVICES.getLast();

  /** Whom a service calls for each request. */
  List<String> next(String service) {
    int after = SERVICES.indexOf(service) + 1;
    if (this == CHAIN) {
      return SERVICES.subList(after, Math.min(after + 1, SERVICES.size()));
    }
    return service.equals(DOOR) ? SERVICES.subList(after, SERVICES.size()) : List.of();
  }

  /** Must this one have answered well for its caller to do so? */
  boolean needs(String service) {
    return this == CHAIN || !service.equals(PATIENT);
  }

  /** As it is written down: {@code a → b → c}. */
  String drawn() {
    return this == CHAIN
        ? String.join(" → ", SERVICES)
        : DOOR + " → {" + String.join(", ", SERVICES.subList(1, SERVICES.size())) + "}";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
