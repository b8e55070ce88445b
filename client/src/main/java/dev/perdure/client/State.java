package dev.perdure.client;

import java.time.Duration;

/**
 * An entity's state.
 *
 * @param staleness how old it could be when the node answered; zero unless asked for with a bound
 */
public record State(long version, String json, Duration staleness) {

  /** The state as a record or another class that Jackson reads. */
  public <T> T as(Class<T> type) {
    return Json.as(json, type);
  }
}
