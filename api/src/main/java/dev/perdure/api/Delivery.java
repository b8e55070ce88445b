package dev.perdure.api;

import java.time.Instant;

/**
 * An event as a subscription sees it. Delivered at least once; {@link #id} is the same each time.
 *
 * @param tenant whose it is
 * @param type of the entity
 * @param entity id of the entity
 * @param version of the entity after this event
 * @param name of the event, as it is stored
 * @param event read by today's code
 * @param time when it was decided
 * @param operationId of the command that it came from
 * @param attempt 1 if it is delivered for the first time since its consumer began
 * @param <E> the events of the entity
 */
public record Delivery<E>(
    String tenant,
    String type,
    String entity,
    long version,
    String name,
    E event,
    Instant time,
    String operationId,
    int attempt) {

  /** Names the event for ever: {@code type/id/version}. To know a repeat by, within its tenant. */
  public String id() {
    return type + "/" + entity + "/" + version;
  }
}
