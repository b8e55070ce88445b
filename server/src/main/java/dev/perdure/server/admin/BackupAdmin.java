package dev.perdure.server.admin;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.backup.BackupException;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.telemetry.NodeView;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Backups on the admin port, {@code /admin/v1/backup}: {@code POST} begins one, {@code GET} says
 * how it is with the newest, {@code DELETE} ends the one that runs.
 */
final class BackupAdmin {

  static final String PATH = "/admin/v1/backup";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String EXAMPLE = "{\"to\": \"/absolute/path\", \"incremental\": true}";

  private final NodeView node;

  BackupAdmin(NodeView node) {
    this.node = node;
  }

  void handle(Exchange exchange) throws IOException {
    exchange.route(PATH);
    Backups backups = node.backups();
    if (backups == null) {
      throw new ProblemException(ProblemCode.NO_LEADER, "the node is starting");
    }
    Backups.Status status =
        switch (exchange.method()) {
          case "GET" -> backups.status();
          case "POST" -> start(exchange, backups);
          case "DELETE" -> {
            backups.cancel();
            yield backups.status();
          }
          default ->
              throw new ProblemException(
                  ProblemCode.METHOD_NOT_ALLOWED, "GET, POST and DELETE are served at " + PATH);
        };
    exchange.send(200, Exchange.JSON, Figures.write(json -> describe(json, status)));
  }

  private static Backups.Status start(Exchange exchange, Backups backups) throws IOException {
    String type = exchange.header(HeaderNames.CONTENT_TYPE);
    // A page in a browser cannot send this type to another site by itself.
    if (type == null || !type.startsWith("application/json")) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "a backup is asked for with " + EXAMPLE);
    }
    Backups.Request request = request(exchange.body());
    if (backups.status().running()) {
      throw new ProblemException(
          ProblemCode.OVERLOADED, "a backup is being made already; wait until it has ended");
    }
    try {
      return backups.start(request);
    } catch (BackupException e) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static Backups.Request request(byte[] body) {
    try {
      JsonNode read = JSON.readTree(body);
      JsonNode to = read.path("to");
      JsonNode rate = read.path("bytes_per_second");
      if (to.isString() && (rate.isMissingNode() || rate.canConvertToLong())) {
        return new Backups.Request(
            Path.of(to.asString()),
            read.path("incremental").asBoolean(false),
            rate.asLong(Backups.BYTES_PER_SECOND));
      }
    } catch (JacksonException | InvalidPathException e) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "the body is not such as " + EXAMPLE + ": " + firstLine(e));
    }
    throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "the body is not such as " + EXAMPLE);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static void describe(JsonGenerator json, Backups.Status status) {
    json.writeStringProperty("run", String.valueOf(status.id()));
    json.writeBooleanProperty("running", status.running());
    json.writeStringProperty("doing", status.doing());
    json.writeNumberProperty("bytes_read", status.bytes());
    json.writeStringProperty("problem", status.problem());
    Manifest made = status.made();
    if (made != null) {
      json.writeObjectPropertyStart("made");
      made(json, made);
      json.writeEndObject();
    }
  }

  private static void made(JsonGenerator json, Manifest made) {
    json.writeStringProperty("id", made.id());
    json.writeStringProperty("cluster", made.cluster().toString());
    json.writeBooleanProperty("incremental", made.incremental());
    json.writeNumberProperty("bytes", made.bytes());
    json.writeNumberProperty("added_bytes", made.added());
    json.writeStringProperty("hash", hex(made.hash()));
    json.writeArrayPropertyStart("shards");
    for (Manifest.Shard shard : made.shards()) {
      json.writeStartObject();
      json.writeNumberProperty("shard", shard.number());
      json.writeStringProperty("node", shard.node());
      json.writeNumberProperty("term", shard.at().term());
      json.writeNumberProperty("index", shard.at().index());
      json.writeStringProperty("hash", hex(shard.hash()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String hex(long hash) {
    return String.format("%016x", hash);
  }
}
