package dev.perdure.server.admin;

import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.node.Digests;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.telemetry.NodeView;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON of the admin port. */
final class Figures {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private Figures() {}

  static byte[] write(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  static byte[] health(NodeView node, NodeHealth now, boolean holds) {
    return write(
        json -> {
          json.writeStringProperty("status", holds ? "ok" : "not ok");
          json.writeBooleanProperty("started", node.started());
          json.writeBooleanProperty("draining", node.draining());
          json.writeBooleanProperty("writes", now.writes() && !node.draining());
          json.writeBooleanProperty("reads", now.reads() && !node.draining());
          json.writeArrayPropertyStart("shards");
          now.shards().forEach(shard -> state(json, shard));
          json.writeEndArray();
        });
  }

  private static void state(JsonGenerator json, NodeHealth.Shard shard) {
    json.writeStartObject();
    json.writeNumberProperty("shard", shard.shard());
    json.writeStringProperty("state", shard.state().name());
    json.writeStringProperty("reason", shard.reason());
    json.writeEndObject();
  }

  static byte[] digest(Digests.Digest digest) {
    return write(
        json -> {
          json.writeNumberProperty("entities", digest.entities());
          json.writeNumberProperty("events", digest.events());
          json.writeStringProperty("state", Long.toHexString(digest.state()));
          json.writeStringProperty("facts", Long.toHexString(digest.facts()));
          json.writeNumberProperty("took_ms", digest.tookMs());
        });
  }

  static byte[] shards(NodeView node) {
    NodeHealth health = node.health();
    return write(
        json -> {
          json.writeArrayPropertyStart("shards");
          for (ShardFigures figures : node.figures()) {
            json.writeStartObject();
            json.writeNumberProperty("shard", figures.shard());
            health.shards().stream()
                .filter(one -> one.shard() == figures.shard())
                .findFirst()
                .ifPresent(
                    one -> {
                      json.writeStringProperty("state", one.state().name());
                      json.writeStringProperty("reason", one.reason());
                    });
            figures(json, figures);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void figures(JsonGenerator json, ShardFigures of) {
    json.writeObjectPropertyStart("journal");
    json.writeStringProperty("role", of.journal().role().name());
    json.writeNumberProperty("term", of.journal().term());
    json.writeNumberProperty("last_index", of.journal().lastIndex());
    json.writeNumberProperty("committed_index", of.journal().committedIndex());
    json.writeNumberProperty("applied_index", of.journal().appliedIndex());
    json.writeNumberProperty("syncs", of.journal().syncs());
    json.writeNumberProperty("log_bytes", of.journal().logBytes());
    json.writeEndObject();
    json.writeNumberProperty("commands_accepted", of.commandsAccepted());
    json.writeNumberProperty("commands_rejected", of.commandsRejected());
    json.writeNumberProperty("commands_replayed", of.commandsReplayed());
    json.writeNumberProperty("commands_failed", of.commandsFailed());
    json.writeNumberProperty("entries_proposed", of.entriesProposed());
    json.writeNumberProperty("entries_applied", of.entriesApplied());
    json.writeNumberProperty("entries_ignored", of.entriesIgnored());
    json.writeNumberProperty("queue_length", of.queueLength());
    json.writeNumberProperty("cached_entities", of.cachedEntities());
    json.writeNumberProperty("cache_bytes", of.cacheBytes());
    json.writeNumberProperty("entities_loaded", of.entitiesLoaded());
    json.writeNumberProperty("operations_bytes", of.replyBytes());
    json.writeNumberProperty("snapshot_index", of.snapshotIndex());
    json.writeNumberProperty("snapshots_taken", of.snapshotsTaken());
    json.writeNumberProperty("stuck_threads", of.stuckThreads());
    json.writeObjectPropertyStart("wakes");
    json.writeNumberProperty("pending", of.wakes().pending());
    json.writeNumberProperty("running", of.wakes().running());
    json.writeNumberProperty("fired", of.wakes().fired());
    json.writeNumberProperty("failed", of.wakes().failed());
    json.writeNumberProperty("late_micros", of.wakes().lateMicros());
    json.writeNumberProperty("late_micros_max", of.wakes().lateMicrosMax());
    json.writeEndObject();
  }

  static byte[] config(ServerConfig config) {
    return write(
        json -> {
          json.writeArrayPropertyStart("keys");
          for (ServerConfig.Row row : config.rows()) {
            json.writeStartObject();
            json.writeStringProperty("key", row.key());
            json.writeStringProperty("value", row.value());
            json.writeStringProperty("default", row.otherwise());
            json.writeStringProperty("origin", row.origin());
            json.writeStringProperty("type", row.type());
            json.writeStringProperty("sentence", row.sentence());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
