package dev.perdure.api;

import java.util.List;

/**
 * A durable consumer of one entity type's events: each is delivered at least once, those of one
 * entity in order, whatever is killed in between. How far it got is recorded in the cluster.
 *
 * <p>Each shard is read by one thread on the node that leads it; so one object is called by several
 * threads at once, and never by two with events of one entity. The class carries {@link Named}, or
 * says its {@link #name}; whoever changes the name begins anew. For effects on entities and sagas
 * write a {@link Reaction}.
 *
 * @param <E> the events of the entity
 */
public interface Subscription<E> {

  /**
   * Its stable name. What {@link Named} on the class says, unless a class serves under many names.
   */
  default String name() {
    Named named = getClass().getAnnotation(Named.class);
    return named == null ? "" : named.value();
  }

  /** Name of the entity type whose events it wants, of all tenants. */
  String entity();

  /**
   * Handles events, in order. When it returns they are done. When it throws all of them are
   * delivered again, one at a time; one that keeps failing becomes a dead letter, and one that it
   * refuses becomes one at once.
   *
   * @param batch not empty
   * @throws Undeliverable if nothing will ever come of the event, however often it is tried
   */
  void handle(List<Delivery<E>> batch) throws Exception;

  /** How it reads. */
  default SubscriptionOptions options() {
    return SubscriptionOptions.defaults();
  }
}
