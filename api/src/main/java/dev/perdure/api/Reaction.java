package dev.perdure.api;

import java.util.List;

/**
 * What follows from an event: commands to entities, and sagas. A pure function; the platform does
 * what it says, once in effect, although the function itself may be asked again. Subscribed like a
 * {@link Subscription}, and named like one.
 *
 * @param <E> the events of the entity
 */
public interface Reaction<E> {

  /** Name of the entity type whose events it wants, of all tenants. */
  String entity();

  /**
   * What is to be done about an event, in this order; empty for nothing. Must say the same whenever
   * it is asked about the same event.
   */
  List<Effect> react(Delivery<E> delivery);

  /** How it reads; the size of a batch means nothing to it. */
  default SubscriptionOptions options() {
    return SubscriptionOptions.defaults();
  }
}
