package dev.perdure.api;

import java.util.List;

/**
 * A deployable unit: the entities, sagas and subscriptions that one jar brings. Found by {@link
 * java.util.ServiceLoader}, or handed over when the runtime is embedded.
 */
public interface Service {

  /** Stable name, for people and for the record of versions. */
  String name();

  /** Version of the code; a different one makes cached states be folded again. */
  String version();

  /** The entities; their names are unique within a node. */
  List<Entity<?, ?, ?>> entities();

  /** The sagas; their names are unique within a node, among those of the entities, too. */
  default List<Saga<?, ?>> sagas() {
    return List.of();
  }

  /** What is told of events; their names are unique within a node, those of reactions included. */
  default List<Subscription<?>> subscriptions() {
    return List.of();
  }

  /** What follows from events. */
  default List<Reaction<?>> reactions() {
    return List.of();
  }

  /** The queues for workers outside; their names are unique within a node. */
  default List<Queue> queues() {
    return List.of();
  }

  /** Read models over the entities; their names are unique within a node, at most 16. */
  default List<View<?, ?>> views() {
    return List.of();
  }

  /** What it can do, and what happens while something for it is missing. */
  default List<Capability> capabilities() {
    return List.of();
  }
}
