package dev.perdure.example.loans;

import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Reaction;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import java.util.List;

/**
 * The service: the entity {@code application}, the saga {@code offer} that it begins, and the queue
 * {@code work} that its work items go to.
 */
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
    return List.of(new Offers(), new Work());
  }

  @Override
  public List<Queue> queues() {
    return List.of(Work.QUEUE);
  }
}
