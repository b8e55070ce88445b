package dev.perdure.testkit.sim;

import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;

/** What a client wants of a saga. */
public sealed interface SagaIntent {

  EntityAddress saga();

  /**
   * Start it.
   *
   * @param input as JSON
   */
  record Start(EntityAddress saga, String input) implements SagaIntent {}

  /**
   * Tell it something.
   *
   * @param body as JSON
   */
  record Signal(EntityAddress saga, String name, String body) implements SagaIntent {}

  /** End it by compensating. */
  record Cancel(EntityAddress saga, String reason) implements SagaIntent {}

  /** Decide about it while it is parked. */
  record Decide(EntityAddress saga, Sagas.SagaDecision decision) implements SagaIntent {}
}
