package dev.perdure.server.ingress;

import dev.perdure.api.Queue;
import dev.perdure.runtime.QueueFigures;
import dev.perdure.runtime.Queues;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Queues and their messages as JSON. */
final class QueueDocuments {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private QueueDocuments() {}

  private static byte[] object(Consumer<JsonGenerator> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      fields.accept(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** Where a message went. */
  static byte[] sent(Queues.Sent sent) {
    return object(json -> json.writeStringProperty("id", sent.id().id()));
  }

  /** Leased messages. */
  static byte[] leased(List<Queues.Leased> all) {
    return object(
        json -> {
          json.writeArrayPropertyStart("messages");
          for (Queues.Leased one : all) {
            Queues.Message message = one.message();
            json.writeStartObject();
            json.writeStringProperty("id", message.id().id());
            json.writeStringProperty("tenant", message.id().tenant());
            json.writeStringProperty("lease", one.token());
            json.writeStringProperty("until", Documents.time(one.until()));
            json.writeNumberProperty("attempt", one.attempt());
            json.writeNumberProperty("attempts_max", one.attemptsMax());
            json.writeNumberProperty("priority", message.priority());
            json.writeStringProperty("sent", Documents.time(message.sentAt()));
            Documents.raw(json, "body", message.body().getBytes(StandardCharsets.UTF_8));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** A message as it stands. */
  static byte[] message(Queues.Message message) {
    return object(json -> fields(json, message));
  }

  private static void fields(JsonGenerator json, Queues.Message message) {
    json.writeStringProperty("id", message.id().id());
    json.writeStringProperty("tenant", message.id().tenant());
    json.writeStringProperty("queue", message.id().queue());
    json.writeStringProperty("state", message.state());
    json.writeNumberProperty("attempts", message.attempts());
    json.writeNumberProperty("priority", message.priority());
    json.writeStringProperty("sent", Documents.time(message.sentAt()));
    if (message.readyAt() > 0) {
      json.writeStringProperty("ready", Documents.time(message.readyAt()));
    }
    if (message.until() > 0) {
      json.writeStringProperty("until", Documents.time(message.until()));
    }
    if (!message.by().isEmpty()) {
      json.writeStringProperty("worker", message.by());
    }
    if (!message.error().isEmpty()) {
      json.writeStringProperty("error", message.error());
    }
    if (!message.body().isEmpty()) {
      Documents.raw(json, "body", message.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Dead letters. */
  static byte[] dead(Queues.DeadPage page) {
    return object(
        json -> {
          json.writeArrayPropertyStart("messages");
          for (Queues.Message one : page.messages()) {
            json.writeStartObject();
            fields(json, one);
            json.writeEndObject();
          }
          json.writeEndArray();
          String next = page.next();
          if (next != null) {
            json.writeStringProperty("next", next);
          }
        });
  }

  /** How many dead letters were decided about, and whether there may be more. */
  static byte[] decided(int count, boolean more) {
    return object(
        json -> {
          json.writeNumberProperty("decided", count);
          json.writeBooleanProperty("more", more);
        });
  }

  /** All queues. */
  static byte[] queues(List<Queue> all, List<QueueFigures> figures) {
    return object(
        json -> {
          json.writeArrayPropertyStart("queues");
          for (Queue one : all) {
            json.writeStartObject();
            queue(json, one, figures);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** One queue. */
  static byte[] queue(Queue queue, List<QueueFigures> figures) {
    return object(json -> queue(json, queue, figures));
  }

  private static void queue(JsonGenerator json, Queue queue, List<QueueFigures> figures) {
    json.writeStringProperty("name", queue.name());
    json.writeNumberProperty("attempts_max", queue.retry().attempts());
    json.writeNumberProperty("lease_seconds", queue.lease().usual().toMillis() / 1e3);
    json.writeNumberProperty("lease_seconds_max", queue.lease().longest().toMillis() / 1e3);
    json.writeNumberProperty("messages_max", queue.capacity().messages());
    json.writeNumberProperty("messages_of_tenant_max", queue.capacity().messagesOfTenant());
    json.writeNumberProperty("leased_max", queue.capacity().leased());
    json.writeNumberProperty("bytes_max", queue.capacity().bytes());
    json.writeNumberProperty("per_second", queue.perSecond());
    json.writeArrayPropertyStart("shards");
    for (QueueFigures one : figures) {
      if (one.of().queue().equals(queue.name())) {
        json.writeStartObject();
        json.writeNumberProperty("shard", one.of().shard());
        json.writeNumberProperty("ready", one.now().ready());
        json.writeNumberProperty("delayed", one.now().delayed());
        json.writeNumberProperty("leased", one.now().leased());
        json.writeNumberProperty("dead", one.now().dead());
        json.writeNumberProperty("replying", one.now().replying());
        json.writeNumberProperty("oldest_ready_seconds", one.now().oldestMicros() / 1e6);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }
}
