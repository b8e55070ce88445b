package dev.perdure.server.admission;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether there was no room lately, for two tenants or for the only one there is. Thread-safe. */
final class Shortage {

  private final AtomicReference<@Nullable Tenant> one = new AtomicReference<>();
  private volatile boolean seen;

  /**
   * There was no room for a tenant.
   *
   * @param alone true if it is the only one there is
   */
  void of(Tenant tenant, boolean alone) {
    if (seen) {
      return;
    }
    Tenant first = one.compareAndExchange(null, tenant);
    if (alone || (first != null && first != tenant)) {
      seen = true;
    }
  }

  /** True if there was one since this was asked last. One thread asks. */
  boolean take() {
    boolean was = seen;
    one.set(null);
    seen = false;
    return was;
  }
}
