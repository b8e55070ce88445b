package dev.perdure.server.ingress;

import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.type.ViewModel;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Rows of views, and where views stand, as JSON. */
final class ViewDocuments {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private ViewDocuments() {}

  /** A page of rows. */
  static byte[] rows(String view, Views.Answer.Rows answer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("view", view);
      json.writeArrayPropertyStart("rows");
      for (Views.Row row : answer.rows()) {
        json.writeStartObject();
        json.writeStringProperty("id", row.id());
        json.writeNumberProperty("version", row.version());
        Documents.raw(json, "fields", row.json());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringProperty("position", answer.position().text());
      if (answer.next() != null) {
        json.writeStringProperty("next", answer.next());
      }
      if (answer.rebuilding()) {
        json.writeBooleanProperty("rebuilding", true);
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** All views, without what failed. */
  static byte[] views(List<Views.Standing> all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("views");
      all.forEach(one -> view(json, one, false));
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** One view, with what failed. */
  static byte[] view(Views.Standing standing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      view(json, standing, true);
    }
    return out.toByteArray();
  }

  private static void view(JsonGenerator json, Views.Standing standing, boolean failures) {
    ViewModel model = standing.model();
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeStringProperty("entity", model.entity().name());
    json.writeStringProperty("fingerprint", Long.toHexString(model.fingerprint()));
    boolean rebuilding = standing.shards().stream().anyMatch(ViewFigures::rebuilding);
    json.writeStringProperty("status", rebuilding ? "rebuilding" : "live");
    json.writeNumberProperty("rows", sum(standing, ViewFigures::rows));
    json.writeNumberProperty("failed", sum(standing, ViewFigures::failed));
    json.writeNumberProperty("lag", sum(standing, ViewFigures::lag));
    json.writeArrayPropertyStart("fields");
    for (ViewModel.Field field : model.fields()) {
      json.writeStartObject();
      json.writeStringProperty("name", field.name());
      json.writeStringProperty("type", field.kind().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("indexes");
    for (int i = 0; i < model.indexes().size(); i++) {
      json.writeStartArray();
      model.fieldsOf(i).forEach(json::writeString);
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("shards");
    standing.shards().forEach(one -> shard(json, one));
    json.writeEndArray();
    if (failures) {
      json.writeArrayPropertyStart("failures");
      for (Views.Failure one : standing.failures()) {
        json.writeStartObject();
        json.writeStringProperty("tenant", one.entity().tenant());
        json.writeStringProperty("id", one.entity().id());
        json.writeStringProperty("error", one.error());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static long sum(
      Views.Standing standing, java.util.function.ToLongFunction<ViewFigures> value) {
    return standing.shards().stream().mapToLong(value).sum();
  }

  private static void shard(JsonGenerator json, ViewFigures one) {
    json.writeStartObject();
    json.writeNumberProperty("shard", one.of().shard());
    json.writeBooleanProperty("rebuilding", one.rebuilding());
    json.writeNumberProperty("offset", one.next() - 1);
    json.writeNumberProperty("end", one.end() - 1);
    json.writeNumberProperty("lag", one.lag());
    json.writeNumberProperty("lag_seconds", one.lagMicros() / 1e6);
    json.writeNumberProperty("rows", one.rows());
    json.writeNumberProperty("failed", one.failed());
    json.writeStringProperty("error", one.error());
    json.writeEndObject();
  }
}
