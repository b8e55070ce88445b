package dev.perdure.testkit.degraded;

import dev.perdure.api.Capability;
import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import java.util.List;

/** A service of nothing but one capability and the probe of it. */
record Probed(Capability declared, Probe probe) implements Service {

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
    return List.of();
  }

  @Override
  public List<Saga<?, ?>> sagas() {
    return List.of(probe);
  }

  @Override
  public List<Capability> capabilities() {
    return List.of(declared.covers(new String[0]));
  }
}
