package dev.perdure.server.ingress;

import dev.perdure.runtime.History;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.stream.Streams;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.subscription.SubscriptionState;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Events of streams as CloudEvents, and subscriptions as JSON. */
final class StreamDocuments {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private StreamDocuments() {}

  /** One event, CloudEvents 1.0; without a line feed. */
  static byte[] event(Streams.Entry entry) {
    History.Event event = entry.event();
    String type = entry.entity().type();
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("specversion", "1.0");
      json.writeStringProperty("id", type + "/" + entry.entity().id() + "/" + event.version());
      json.writeStringProperty("source", "/v1/entities/" + type);
      json.writeStringProperty("type", type + "." + event.type());
      json.writeStringProperty("subject", entry.entity().id());
      json.writeStringProperty("time", Documents.time(event.stampMicros()));
      json.writeStringProperty("datacontenttype", "application/json");
      json.writeStringProperty("tenant", entry.entity().tenant());
      json.writeNumberProperty("version", event.version());
      json.writeNumberProperty("schemaversion", event.schemaVersion());
      json.writeStringProperty("operationid", event.operationId());
      if (!event.trace().isEmpty()) {
        json.writeStringProperty("traceid", event.trace());
      }
      json.writeStringProperty("position", entry.position().text());
      Documents.raw(json, "data", event.json());
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** Names of subscriptions. */
  static byte[] subscriptions(List<Subscriptions.View> all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("subscriptions");
      for (Subscriptions.View one : all) {
        view(json, one);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** One subscription, with its dead letters. */
  static byte[] subscription(Subscriptions.View view) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      view(json, view);
    }
    return out.toByteArray();
  }

  private static void view(JsonGenerator json, Subscriptions.View view) {
    json.writeStartObject();
    json.writeStringProperty("name", view.name());
    json.writeStringProperty("entity", view.entity());
    json.writeStringProperty("kind", view.reacts() ? "reaction" : "subscription");
    json.writeArrayPropertyStart("shards");
    for (Subscriptions.InShard shard : view.shards()) {
      json.writeStartObject();
      json.writeNumberProperty("shard", shard.shard());
      SubscriptionState state = shard.state();
      if (state != null) {
        json.writeNumberProperty("offset", state.after());
        json.writeBooleanProperty("paused", state.paused() != null);
        json.writeNumberProperty("dead_letters", state.dead().size());
      }
      SubscriptionFigures figures = shard.figures();
      if (figures != null) {
        json.writeNumberProperty("lag", figures.lag());
        json.writeNumberProperty("lag_seconds", figures.lagMicros() / 1e6);
        json.writeNumberProperty("delivered", figures.delivered());
        json.writeNumberProperty("failures", figures.failures());
        json.writeStringProperty("error", figures.error());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("dead_letters");
    for (Subscriptions.InShard shard : view.shards()) {
      if (shard.state() != null) {
        shard.state().dead().forEach(letter -> letter(json, shard.shard(), letter));
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void letter(JsonGenerator json, int shard, DeadLetter letter) {
    json.writeStartObject();
    json.writeStringProperty("letter", letter.id());
    json.writeNumberProperty("shard", shard);
    json.writeStringProperty("event", letter.event());
    json.writeStringProperty("time", Documents.time(letter.stamp()));
    json.writeStringProperty("died", Documents.time(letter.diedAt()));
    json.writeNumberProperty("attempts", letter.attempts());
    json.writeBooleanProperty("replaying", letter.replaying());
    json.writeStringProperty("error", letter.error());
    json.writeEndObject();
  }
}
