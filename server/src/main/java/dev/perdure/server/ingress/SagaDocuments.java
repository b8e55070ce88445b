package dev.perdure.server.ingress;

import dev.perdure.runtime.SagaView;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Sagas as JSON. Times are ISO 8601; what is not there yet is left out. */
final class SagaDocuments {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private SagaDocuments() {}

  /** One saga with all its steps. */
  static byte[] saga(SagaView saga) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      head(json, saga);
      Documents.raw(json, "input", saga.input());
      json.writeArrayPropertyStart("steps");
      for (SagaView.Step step : saga.steps()) {
        step(json, step);
      }
      json.writeEndArray();
      raw(json, "result", saga.result());
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /**
   * A page of sagas, each with the step at which it stands instead of all steps.
   *
   * @param next where to go on; null at the end
   */
  static byte[] list(List<SagaView> sagas, @Nullable String next) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("sagas");
      for (SagaView saga : sagas) {
        json.writeStartObject();
        head(json, saga);
        json.writeNumberProperty("step_count", saga.steps().size());
        SagaView.Step at = at(saga);
        if (at != null) {
          json.writeName("step");
          summary(json, at);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      if (next != null) {
        json.writeStringProperty("next", next);
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void head(JsonGenerator json, SagaView saga) {
    json.writeStringProperty("type", saga.address().type());
    json.writeStringProperty("id", saga.address().id());
    json.writeStringProperty("status", name(saga.status()));
    json.writeNumberProperty("version", saga.version());
    time(json, "started", saga.startedMicros());
    time(json, "ended", saga.endedMicros());
    time(json, "wake", saga.wakeMicros());
    SagaView.Failure failure = saga.failure();
    if (failure != null) {
      json.writeObjectPropertyStart("failure");
      json.writeStringProperty("code", failure.code());
      json.writeStringProperty("detail", failure.detail());
      if (!failure.by().isEmpty()) {
        json.writeStringProperty("by", failure.by());
      }
      json.writeEndObject();
    }
  }

  /** The step it is busy with, or else the last one. */
  private static SagaView.@Nullable Step at(SagaView saga) {
    SagaView.Step last = null;
    for (SagaView.Step step : saga.steps()) {
      boolean busy =
          step.state() == SagaView.StepState.RUNNING
              || step.state() == SagaView.StepState.COMPENSATING;
      if (busy) {
        return step;
      }
      last = step;
    }
    return last;
  }

  private static void step(JsonGenerator json, SagaView.Step step) {
    json.writeStartObject();
    fields(json, step);
    raw(json, "result", step.result());
    json.writeEndObject();
  }

  private static void summary(JsonGenerator json, SagaView.Step step) {
    json.writeStartObject();
    fields(json, step);
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, SagaView.Step step) {
    json.writeStringProperty("name", step.name());
    if (!step.key().isEmpty()) {
      json.writeStringProperty("key", step.key());
    }
    json.writeStringProperty("kind", step.kind());
    json.writeStringProperty("state", name(step.state()));
    json.writeNumberProperty("attempts", step.attempts());
    time(json, "started", step.startedMicros());
    time(json, "ended", step.endedMicros());
    if (step.error() != null) {
      json.writeStringProperty("error", step.error());
    }
  }

  private static void time(JsonGenerator json, String field, long micros) {
    if (micros > 0) {
      json.writeStringProperty(field, Documents.time(micros));
    }
  }

  private static void raw(JsonGenerator json, String field, byte @Nullable [] value) {
    if (value != null) {
      Documents.raw(json, field, value);
    }
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
