package dev.perdure.api;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads events of one stored name and schema version as those of a newer version.
 *
 * <p>Upcasters chain: from 1 to 2, from 2 to 3. The stored bytes never change.
 *
 * @param event the stored name of the event
 * @param fromVersion the schema version it reads
 * @param toEvent the stored name it turns it into, usually the same
 * @param toVersion the schema version it turns it into
 * @param upcast turns the JSON object of the old event into that of the new one; pure
 */
public record Upcaster(
    String event,
    int fromVersion,
    String toEvent,
    int toVersion,
    UnaryOperator<Map<String, Object>> upcast) {

  public Upcaster {
    if (fromVersion < 1 || toVersion < 1) {
      throw new IllegalArgumentException("schema versions start at 1: " + event);
    }
    if (event.equals(toEvent) && toVersion <= fromVersion) {
      throw new IllegalArgumentException(
          "upcaster of '"
              + event
              + "' must raise the version, not "
              + fromVersion
              + " to "
              + toVersion);
    }
  }

  /** An upcaster to the next version of the same event. */
  public static Upcaster next(
      String event, int fromVersion, UnaryOperator<Map<String, Object>> upcast) {
    return new Upcaster(event, fromVersion, event, fromVersion + 1, upcast);
  }
}
