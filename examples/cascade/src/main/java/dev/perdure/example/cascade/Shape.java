package dev.perdure.example.cascade;

import java.util.List;
import java.util.Locale;

/** Which service calls which. Clients call the first; the last one falls ill. */
enum Shape {
  /** Each calls the next and needs its answer. */
  CHAIN(50),
  /**
   * The first calls all others at once. It needs their answers, but can do without the ill one's.
   */
  FAN_OUT(50),
  /**
   * One service, called by many small clients, each a process of its own: none of them sees enough
   * calls to know that others fare as it does. It is the clients that are guarded here.
   */
  SWARM(100);

  /** The one that falls ill. */
  static final String PATIENT = "e";

  /** Clients in a swarm. */
  static final int CLIENTS = 200;

  private static final List<String> FIVE = List.of("a", "b", "c", "d", PATIENT);

  private final int rate;

  Shape(int rate) {
    this.rate = rate;
  }

  /** Calls a second, unless another rate is wanted. */
  int rate() {
    return rate;
  }

  /** All services, the one that clients call first. */
  List<String> services() {
    return this == SWARM ? List.of(PATIENT) : FIVE;
  }

  /** The one that clients call. */
  String door() {
    return services().getFirst();
  }

  /** Whom a service calls for each request. */
  List<String> next(String service) {
    int after = services().indexOf(service) + 1;
    List<String> others = services().subList(after, services().size());
    return switch (this) {
      case CHAIN -> others.subList(0, Math.min(1, others.size()));
      case FAN_OUT -> service.equals(door()) ? others : List.of();
      case SWARM -> List.of();
    };
  }

  /** Must this one have answered well for its caller to do so? */
  boolean needs(String service) {
    return this != FAN_OUT || !service.equals(PATIENT);
  }

  /** As it is written down: {@code a → b → c}. */
  String drawn() {
    return switch (this) {
      case CHAIN -> String.join(" → ", FIVE);
      case FAN_OUT -> door() + " → {" + String.join(", ", next(door())) + "}";
      case SWARM -> CLIENTS + " clients → " + PATIENT;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
