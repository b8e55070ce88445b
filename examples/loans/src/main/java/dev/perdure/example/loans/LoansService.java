package dev.perdure.example.loans;

import dev.perdure.api.Entity;
import dev.perdure.api.Reaction;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import java.util.List;

/** The service: one entity, {@code application}, and one saga, {@code offer}, that it begins. */
public final class LoansService implements Service {

  @Override
  public String name() {
    return "loans";
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return List.of(new Application());
  }

  @Override
  public List<Saga<?, ?>> sagas() {
    return List.of(new Offer());
  }

  @Override
  public List<Reaction<?>> reactions() {
    return List.of(new Offers());
  }
}
