package dev.perdure.server.admin;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.StatusMessage;
import dev.perdure.runtime.node.Peers;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import dev.perdure.server.telemetry.NodeView;
import io.helidon.http.HeaderNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The cluster on the admin port: {@code GET /admin/v1/cluster}; {@code POST
 * /admin/v1/cluster/nodes/ID/serve|drain|leave}; {@code POST /admin/v1/cluster/replicas/N}; {@code
 * POST /admin/v1/cluster/shards/N/split}; {@code POST /admin/v1/cluster/shards/N/slots/A-B}, which
 * moves slots there; {@code POST /admin/v1/cluster/moves/ID/cancel}; {@code POST
 * /admin/v1/cluster/finalize}, also for a node alone.
 */
final class ClusterAdmin {

  static final String PATH = "/admin/v1/cluster";
  private static final String FINALIZE = PATH + "/finalize";
  private static final String PRINCIPAL = "operator";
  private static final Pattern SLOTS = Pattern.compile("(\\d{1,4})-(\\d{1,4})");

  private final NodeView node;

  ClusterAdmin(NodeView node) {
    this.node = node;
  }

  private Peers peers() {
    Peers peers = node.peers();
    if (peers == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          node.started() ? "this node is alone; start it with --cluster" : "the node is starting");
    }
    return peers;
  }

  void handle(Exchange exchange) {
    String path = exchange.rawPath();
    exchange.route(PATH);
    if (exchange.method().equals("GET") && path.equals(PATH)) {
      exchange.send(200, Exchange.JSON, Figures.write(this::describe));
      return;
    }
    if (exchange.method().equals("POST")) {
      requireJson(exchange);
    }
    if (exchange.method().equals("POST") && path.equals(FINALIZE)) {
      raise(exchange);
      return;
    }
    ClusterCommand command = exchange.method().equals("POST") ? command(path) : null;
    if (command == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET "
              + PATH
              + ", POST "
              + PATH
              + "/nodes/ID/serve|drain|leave, /replicas/N, /shards/N/split, /shards/N/slots/A-B, /moves/ID/cancel and POST "
              + FINALIZE
              + " are served");
    }
    if (command instanceof ClusterCommand.Split split && !allServe(exchange, split.shard())) {
      return;
    }
    answer(exchange, peers().control().change(command, PRINCIPAL));
  }

  /** A new shard begins on the nodes of the old one: all of them are needed for that. */
  private boolean allServe(Exchange exchange, int shard) {
    Peers peers = peers();
    for (String id : peers.view().map().replicasOf(shard)) {
      boolean serves =
          peers
              .view()
              .map()
              .node(id)
              .filter(one -> one.status() == ClusterMap.Status.SERVING)
              .isPresent();
      if (!serves || !peers.control().alive(id)) {
        exchange.send(
            Problem.rejection(
                "node-missing",
                "Node "
                    + id
                    + ", which holds shard "
                    + shard
                    + ", does not answer or does not serve.",
                -1));
        return false;
      }
    }
    return true;
  }

  /** A page in a browser cannot send this type to another site by itself. */
  private static void requireJson(Exchange exchange) {
    String type = exchange.header(HeaderNames.CONTENT_TYPE);
    if (type == null || !type.startsWith("application/json")) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "changes are asked for with content-type: application/json; the body may be empty");
    }
  }

  private void raise(Exchange exchange) {
    Level level = node.level();
    if (level != null && node.peers() == null) {
      level.raise(level.build().newest());
      exchange.send(
          200,
          Exchange.JSON,
          Figures.write(json -> json.writeNumberProperty("level", level.now())));
    } else {
      answer(exchange, peers().control().raise(PRINCIPAL));
    }
  }

  private static void answer(Exchange exchange, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done done -> exchange.send(200, Exchange.JSON, done.body());
      case Outcome.Rejected no -> exchange.send(Problem.rejection(no.code(), no.detail(), -1));
      case Outcome.Failed failed -> exchange.send(Problem.of(failed.code(), failed.detail()));
    }
  }

  private static @Nullable ClusterCommand command(String path) {
    List<String> parts = List.of(path.substring(PATH.length()).split("/"));
    if (parts.size() == 4 && parts.get(1).equals("nodes")) {
      return switch (parts.get(3)) {
        case "serve" -> new ClusterCommand.Mark(parts.get(2), ClusterMap.Status.SERVING);
        case "drain" -> new ClusterCommand.Mark(parts.get(2), ClusterMap.Status.DRAINING);
        case "leave" -> new ClusterCommand.Mark(parts.get(2), ClusterMap.Status.LEAVING);
        default -> null;
      };
    }
    if (parts.size() >= 4 && parts.get(1).equals("shards") && parts.get(2).matches("\\d{1,4}")) {
      return shard(Integer.parseInt(parts.get(2)), parts.subList(3, parts.size()));
    }
    if (parts.size() == 4
        && parts.get(1).equals("moves")
        && parts.get(2).matches("\\d{1,15}")
        && parts.get(3).equals("cancel")) {
      return new ClusterCommand.Cancel(Long.parseLong(parts.get(2)));
    }
    if (parts.size() == 3 && parts.get(1).equals("replicas") && parts.get(2).matches("\\d{1,2}")) {
      return new ClusterCommand.Replicate(Integer.parseInt(parts.get(2)));
    }
    return null;
  }

  private static @Nullable ClusterCommand shard(int number, List<String> what) {
    if (what.equals(List.of("split"))) {
      return new ClusterCommand.Split(number);
    }
    if (what.size() == 2 && what.getFirst().equals("slots")) {
      Matcher range = SLOTS.matcher(what.getLast());
      if (range.matches()) {
        int from = Integer.parseInt(range.group(1));
        int to = Integer.parseInt(range.group(2));
        return new ClusterCommand.Move(List.of(new ClusterMap.Slots(from, to)), number);
      }
    }
    return null;
  }

  private void describe(JsonGenerator json) {
    Peers peers = peers();
    ClusterMap map = peers.view().map();
    json.writeStringProperty("cluster", map.id());
    json.writeStringProperty("node", peers.self());
    json.writeNumberProperty("version", peers.view().version());
    json.writeNumberProperty("replicas", map.replicas());
    json.writeNumberProperty("level", map.level());
    Map<String, Build> builds = new HashMap<>();
    peers.control().statuses().forEach(one -> builds.put(one.node(), one.build()));
    json.writeArrayPropertyStart("nodes");
    for (ClusterMap.Node one : map.nodes()) {
      json.writeStartObject();
      json.writeStringProperty("id", one.id());
      json.writeStringProperty("name", one.name());
      json.writeStringProperty("address", one.address());
      json.writeStringProperty("zone", one.zone());
      json.writeStringProperty("state", one.status().name().toLowerCase(Locale.ROOT));
      json.writeBooleanProperty("alive", peers.control().alive(one.id()));
      build(json, builds.get(one.id()));
      json.writeEndObject();
    }
    json.writeEndArray();
    shards(json, peers);
    moves(json, map);
  }

  private static void moves(JsonGenerator json, ClusterMap map) {
    json.writeArrayPropertyStart("moves");
    for (ClusterMap.Move move : map.moves()) {
      json.writeStartObject();
      json.writeNumberProperty("id", move.id());
      json.writeNumberProperty("from", move.from());
      json.writeNumberProperty("to", move.to());
      json.writeStringProperty("slots", ClusterMap.Slots.set(move.slots()).toString());
      json.writeNumberProperty("left", ClusterMap.Slots.set(move.slots()).count());
      if (move.ends()) {
        json.writeStringProperty("ending", move.ending());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("ended");
    for (ClusterMap.Move move : map.ended()) {
      json.writeStartObject();
      json.writeNumberProperty("id", move.id());
      json.writeNumberProperty("from", move.from());
      json.writeNumberProperty("to", move.to());
      json.writeStringProperty("slots", ClusterMap.Slots.set(move.slots()).toString());
      json.writeStringProperty("why", move.ending());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** As it was when the node was last heard of. */
  private static void build(JsonGenerator json, @Nullable Build build) {
    if (build != null) {
      json.writeStringProperty("build", build.version());
      json.writeNumberProperty("oldest_level", build.oldest());
      json.writeNumberProperty("newest_level", build.newest());
    }
  }

  private static void shards(JsonGenerator json, Peers peers) {
    Map<Integer, List<Held>> held = new TreeMap<>();
    for (StatusMessage status : peers.control().statuses()) {
      for (StatusMessage.Replica replica : status.replicas()) {
        held.computeIfAbsent(replica.shard(), shard -> new ArrayList<>())
            .add(new Held(status.node(), replica));
      }
    }
    json.writeArrayPropertyStart("shards");
    held.forEach((shard, replicas) -> shard(json, peers, shard, replicas));
    json.writeEndArray();
  }

  private record Held(String node, StatusMessage.Replica replica) {}

  private static void shard(JsonGenerator json, Peers peers, int shard, List<Held> replicas) {
    Held leader =
        replicas.stream()
            .filter(one -> one.replica.leads())
            .max(java.util.Comparator.comparingLong(one -> one.replica.term()))
            .orElse(null);
    json.writeStartObject();
    json.writeNumberProperty("shard", shard);
    json.writeBooleanProperty("system", shard == ClusterMap.SYSTEM_SHARD);
    json.writeStringProperty("leader", leader == null ? "" : leader.node);
    json.writeNumberProperty("term", leader == null ? 0 : leader.replica.term());
    ClusterMap.Placement placement = peers.view().map().shard(shard).orElse(null);
    if (placement != null) {
      SlotSet slots = ClusterMap.Slots.set(placement.slots());
      json.writeNumberProperty("slots", slots.count());
      json.writeStringProperty("ranges", slots.toString());
      json.writeBooleanProperty("settled", placement.settled());
    }
    json.writeArrayPropertyStart("wanted");
    peers.view().map().replicasOf(shard).forEach(json::writeString);
    json.writeEndArray();
    json.writeArrayPropertyStart("members");
    if (leader != null) {
      leader.replica.members().forEach(json::writeString);
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("replicas");
    for (Held one : replicas) {
      json.writeStartObject();
      json.writeStringProperty("node", one.node);
      json.writeBooleanProperty("leads", one.replica.leads());
      json.writeNumberProperty("applied", one.replica.applied());
      json.writeNumberProperty("hash_index", one.replica.hash().index());
      json.writeStringProperty("hash", Long.toHexString(one.replica.hash().hash()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
