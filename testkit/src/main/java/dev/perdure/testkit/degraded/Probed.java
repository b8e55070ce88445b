package dev.perdure.testkit.degraded;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import java.util.List;

/** A service of nothing but one capability, and what tries it. */
record Probed(Capability declared, List<Saga<?, ?>> sagas, List<Subscription<?>> subscriptions)
    implements Service {

  static Probed of(Capability declared, Probe probe) {
    return new Probed(declared, List.of(probe), List.of());
  }

  static Probed of(Capability declared, Beats.Hearer hearer) {
    return new Probed(declared, List.of(), List.of(hearer));
  }

  /** The same with another form. */
  static Capability with(Capability declared, Degraded form) {
    return declared.covers(new String[0]).degraded(form);
  }

  @Override
  public String name() {
    return "probed";
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return List.of(new Beats());
  }

  @Override
  public List<Capability> capabilities() {
    return List.of(declared.covers(new String[0]));
  }
}
