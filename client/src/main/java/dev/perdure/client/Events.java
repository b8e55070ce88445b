package dev.perdure.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A page of an entity's events, oldest first.
 *
 * @param more true if there are later ones
 * @param next version to go on behind
 */
public record Events(List<Event> events, boolean more, long next) {

  public Events {
    events = List.copyOf(events);
  }

  /**
   * What happened.
   *
   * @param json the event's fields
   * @param operationId of the command that made it
   */
  public record Event(long version, String type, Instant time, String operationId, String json) {

    /** The event as a record or another class that Jackson reads. */
    public <T> T as(Class<T> type) {
      return Json.as(json, type);
    }
  }

  static Events of(JsonNode page) {
    List<Event> events = new ArrayList<>();
    for (JsonNode one : page.path("events")) {
      events.add(
          new Event(
              one.path("version").asLong(),
              one.path("type").asString(),
              Instant.parse(one.path("time").asString()),
              one.path("operation_id").asString(),
              one.path("data").toString()));
    }
    return new Events(events, page.path("more").asBoolean(), page.path("next").asLong());
  }
}
