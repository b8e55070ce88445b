package dev.perdure.server.ingress;

import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON of answers that are more than a stored reply. */
final class Documents {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private Documents() {}

  /**
   * A page of events. Ends early, but never before one event, when it grows beyond its bytes;
   * {@code next} is where to go on.
   */
  static byte[] events(History.Page page, long after, int bytesMax) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    long last = after;
    boolean more = page.more();
    long bytes = 0;
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("events");
      for (History.Event event : page.events()) {
        bytes += event.json().length;
        if (bytes > bytesMax && last > after) {
          more = true;
          break;
        }
        event(json, event);
        last = event.version();
      }
      json.writeEndArray();
      json.writeBooleanProperty("more", more);
      json.writeNumberProperty("next", last);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void event(JsonGenerator json, History.Event event) {
    json.writeStartObject();
    json.writeNumberProperty("version", event.version());
    json.writeStringProperty("type", event.type());
    json.writeNumberProperty("schema_version", event.schemaVersion());
    json.writeStringProperty("time", time(event.stampMicros()));
    json.writeStringProperty("operation_id", event.operationId());
    json.writeStringProperty("principal", event.principal());
    if (!event.cause().isEmpty()) {
      json.writeStringProperty("cause", event.cause());
    }
    if (!event.trace().isEmpty()) {
      json.writeStringProperty("trace_id", event.trace());
    }
    json.writeNumberProperty("offset", event.offset());
    raw(json, "data", event.json());
    json.writeEndObject();
  }

  /** An operation with its recorded answer, in the shape of a batch's line. */
  static byte[] recorded(String operationId, OperationStatus.Recorded recorded, String traceId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("operation_id", operationId);
      json.writeStringProperty("state", "recorded");
      json.writeStringProperty("time", time(recorded.stampMicros()));
      answer(json, recorded.answer(), operationId, traceId);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /**
   * One line of a batch's answer: {@code {"status","version"?,"body"|"problem","replayed"?}}.
   * Successes, which are many, are put together by hand.
   */
  static void line(
      ByteArrayOutputStream out, Outcome outcome, @Nullable String operationId, String traceId) {
    if (outcome instanceof Outcome.Done done) {
      ascii(out, "{\"status\":200,\"version\":");
      ascii(out, Long.toString(done.version()));
      ascii(out, ",\"body\":");
      out.writeBytes(done.body());
      ascii(out, done.replayed() ? ",\"replayed\":true}\n" : "}\n");
      return;
    }
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      answer(json, outcome, operationId, traceId);
      if (outcome instanceof Outcome.Rejected rejected && rejected.replayed()) {
        json.writeBooleanProperty("replayed", true);
      }
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void answer(
      JsonGenerator json, Outcome answer, @Nullable String operationId, String traceId) {
    switch (answer) {
      case Outcome.Done done -> {
        json.writeNumberProperty("status", 200);
        json.writeNumberProperty("version", done.version());
        raw(json, "body", done.body());
      }
      case Outcome.Rejected rejected -> {
        json.writeNumberProperty("status", 409);
        json.writeNumberProperty("version", rejected.version());
        json.writeName("problem");
        Answers.problem(rejected).withOperationId(operationId).write(json, traceId);
      }
      case Outcome.Failed failed -> {
        json.writeNumberProperty("status", failed.code().status());
        if (failed.version() >= 0) {
          json.writeNumberProperty("version", failed.version());
        }
        json.writeName("problem");
        Answers.problem(failed).withOperationId(operationId).write(json, traceId);
      }
    }
  }

  static byte[] inProgress(String operationId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("operation_id", operationId);
      json.writeStringProperty("state", "in-progress");
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  static void raw(JsonGenerator json, String name, byte[] value) {
    json.writeName(name);
    json.writeRawValue(new String(value, StandardCharsets.UTF_8));
  }

  static String time(long stampMicros) {
    return Instant.EPOCH.plus(stampMicros, ChronoUnit.MICROS).toString();
  }
}
