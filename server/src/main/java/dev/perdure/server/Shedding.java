package dev.perdure.server;

import dev.perdure.server.admission.Gate;
import java.util.function.BooleanSupplier;

/** True if requests were refused for want of room since it was asked last. One thread asks. */
final class Shedding implements BooleanSupplier {

  private static final String REASON = "overload";

  private final Gate gate;
  private long before;

  Shedding(Gate gate) {
    this.gate = gate;
  }

  @Override
  public boolean getAsBoolean() {
    long now = gate.figures().refused().getOrDefault(REASON, 0L);
    boolean more = now > before;
    before = now;
    return more;
  }
}
