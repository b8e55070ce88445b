package dev.perdure.testkit.degraded;

import dev.perdure.api.Capability;
import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import java.util.List;

/** A service's types with one of its capabilities; nobody is told of its events. */
record Covering(Service of, Capability declared) implements Service {

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public String version() {
    return of.version();
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return of.entities();
  }

  @Override
  public List<Saga<?, ?>> sagas() {
    return of.sagas();
  }

  @Override
  public List<Queue> queues() {
    return of.queues();
  }

  @Override
  public List<View<?, ?>> views() {
    return of.views();
  }

  @Override
  public List<Capability> capabilities() {
    return List.of(declared);
  }
}
