package dev.perdure.example.tutorial;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import java.util.List;

/** The service: what one jar brings. */
// docs: service
public final class BoxOffice implements Service {

  @Override
  public String name() {
    return "box-office";
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return List.of(new Show());
  }
}
// docs: end
