package dev.perdure.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A durable queue, for workers. Whoever leased a message and neither acknowledges it nor gives it
 * back in time loses it to another worker. Made by {@link PerdureClient#queue}; thread-safe.
 */
public final class WorkQueue {

  private final PerdureClient client;
  private final String path;

  WorkQueue(PerdureClient client, String path) {
    this.client = client;
    this.path = path;
  }

  /**
   * A message that is this worker's until its lease is over.
   *
   * @param lease names the lease
   * @param attempt the first is 1
   * @param json its body
   */
  public record Leased(String id, String lease, int attempt, String json) {

    /** The body as a record or another class that Jackson reads. */
    public <T> T as(Class<T> type) {
      return Json.as(json, type);
    }
  }

  /**
   * Leases messages: what is ready, or what comes in time.
   *
   * @param messages how many at most, 1 to 100
   * @param time for which they are leased
   * @param wait how long to wait for one
   */
  public List<Leased> lease(int messages, Duration time, Duration wait) {
    Map<String, Object> wanted =
        Map.of("max", messages, "lease", millis(time), "wait", millis(wait));
    List<Leased> leased = new ArrayList<>();
    for (JsonNode one : client.post(path + "/lease", wanted).orElseThrow().path("messages")) {
      leased.add(
          new Leased(
              one.path("id").asString(""),
              one.path("lease").asString(""),
              one.path("attempt").asInt(0),
              one.path("body").toString()));
    }
    return leased;
  }

  /** Says that it is done; false if the lease was lost: another worker may have it. */
  public boolean ack(Leased message) {
    return said(message, "ack", Map.of("lease", message.lease()));
  }

  /**
   * Gives it back.
   *
   * @param delay before it may be leased again
   * @param reason for people
   * @return false if the lease was lost
   */
  public boolean nack(Leased message, Duration delay, String reason) {
    return said(
        message,
        "nack",
        Map.of("lease", message.lease(), "delay", millis(delay), "reason", reason));
  }

  private boolean said(Leased message, String what, Map<String, Object> body) {
    Optional<JsonNode> answer =
        client.post(path + "/messages/" + PerdureClient.encode(message.id()) + "/" + what, body);
    return answer.isPresent();
  }

  private static String millis(Duration time) {
    return time.toMillis() + "ms";
  }
}
