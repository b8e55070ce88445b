package dev.perdure.runtime;

import java.util.List;

/** A page of an entity's events. */
public sealed interface History {

  /**
   * Events, oldest first.
   *
   * @param more true if there are events behind the last one
   */
  record Page(List<Event> events, boolean more) implements History {}

  /** It could not be read now. */
  record Failed(Outcome.Failed problem) implements History {}

  /**
   * One event with its envelope.
   *
   * @param version of the entity after it
   * @param offset in the shard's stream
   * @param stampMicros microseconds since 1970
   */
  record Event(
      String type,
      int schemaVersion,
      long version,
      long offset,
      long stampMicros,
      String operationId,
      String principal,
      String cause,
      String trace,
      byte[] json) {}
}
