package dev.perdure.server.ingress;

import dev.perdure.api.Queue;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of {@code /openapi.json} that is about a queue. */
final class QueueDescription {

  private static final String JSON = "application/json";

  private QueueDescription() {}

  /** Adds what may be done with a queue. */
  static void add(Queue queue, ObjectNode paths) {
    String base = "/v1/queues/" + queue.name();
    Map<String, String> said = new TreeMap<>();
    said.put("ack", "Say that a message of %s is done");
    said.put("nack", "Give a message of %s back");
    said.put("extend", "Keep a message of %s for longer");

    ObjectNode send = operation(paths, base + "/messages", "post", "send-to-" + queue.name());
    send.put("summary", "Put a message on " + queue.name());
    refer(send, "operation-id", "timeout", "tenant", "traceparent");
    body(send, "QueueSend");
    answers(send, "201", "QueueSent", "400", "404", "413", "415", "422", "429", "503", "504");
    answer(send, "200", "It had been sent before, under the same key.", "QueueSent");

    ObjectNode lease = operation(paths, base + "/lease", "post", "lease-from-" + queue.name());
    lease.put("summary", "Lease messages of " + queue.name());
    refer(lease, "timeout", "tenant", "traceparent");
    body(lease, "QueueLease");
    answers(lease, "200", "QueueLeased", "400", "404", "415", "422", "429", "503", "504");

    ObjectNode read = operation(paths, base + "/messages/{id}", "get", "read-from-" + queue.name());
    read.put("summary", "Where a message of " + queue.name() + " stands");
    refer(read, "id", "timeout", "tenant");
    answers(read, "200", "QueueMessage", "404", "503", "504");

    said.forEach(
        (what, summary) -> {
          ObjectNode post =
              operation(
                  paths, base + "/messages/{id}/" + what, "post", what + "-of-" + queue.name());
          post.put("summary", summary.formatted(queue.name()));
          refer(post, "id", "timeout", "tenant", "traceparent");
          body(post, "Queue" + Character.toUpperCase(what.charAt(0)) + what.substring(1));
          answers(post, "200", "QueueMessage", "400", "404", "409", "415", "422", "503", "504");
        });
  }

  private static ObjectNode operation(ObjectNode paths, String path, String method, String id) {
    ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
    return item.putObject(method).put("operationId", id);
  }

  private static void refer(ObjectNode operation, String... parameters) {
    ArrayNode list = operation.putArray("parameters");
    for (String name : parameters) {
      list.addObject().put("$ref", "#/components/parameters/" + name);
    }
  }

  private static void body(ObjectNode operation, String schema) {
    operation
        .putObject("requestBody")
        .putObject("content")
        .putObject(JSON)
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schema);
  }

  private static void answers(
      ObjectNode operation, String status, String schema, String... problems) {
    operation.putObject("responses");
    answer(operation, status, "Done, and durable.", schema);
    for (String problem : problems) {
      ((ObjectNode) operation.get("responses"))
          .putObject(problem)
          .put("$ref", "#/components/responses/Problem");
    }
  }

  private static void answer(
      ObjectNode operation, String status, String description, String schema) {
    ((ObjectNode) operation.get("responses"))
        .putObject(status)
        .put("description", description)
        .putObject("content")
        .putObject(JSON)
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schema);
  }
}
