package dev.perdure.server.ingress;

import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.StatusMessage;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.node.Peers;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.server.admission.Ask;
import dev.perdure.server.http.Exchange;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Tells callers where to go, so that their requests need no hop from one node to another: {@code
 * GET /v1/cluster}, and headers that say when it is worth asking for that again. Thread-safe.
 */
public final class Guide {

  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final HeaderName MAP = HeaderNames.create("Perdure-Map");
  private static final Header FORWARDED =
      HeaderValues.createCached(HeaderNames.create("Perdure-Forwarded"), "true");

  private final @Nullable Peers peers;
  private final String self;
  private final String api;
  private final ToIntFunction<EntityAddress> shards;

  private Guide(
      @Nullable Peers peers, String self, String api, ToIntFunction<EntityAddress> shards) {
    this.peers = peers;
    this.self = self;
    this.api = api;
    this.shards = shards;
  }

  /**
   * Of a node; its cluster is told where callers reach it.
   *
   * @param api URL of its API; empty if it is not known
   */
  public static Guide of(Node node, String api) {
    Peers peers = node.peers();
    if (peers == null) {
      return new Guide(null, node.data().nodeId().toString(), api, node::shardOf);
    }
    peers.view().api(api);
    return new Guide(peers, peers.self(), api, node::shardOf);
  }

  /** Of a node without others. */
  static Guide alone(String self, String api) {
    return new Guide(null, self, api, any -> Ask.NO_SHARD);
  }

  /** The number of an entity's shard, or {@link Ask#NO_SHARD}. */
  int shardOf(EntityAddress address) {
    return Math.max(Ask.NO_SHARD, shards.applyAsInt(address));
  }

  /** Says in the answer which map this node knows. */
  void mark(Exchange exchange) {
    if (peers != null) {
      exchange.header(HeaderValues.create(MAP, peers.view().version()));
    }
  }

  /** Says so, and whether another node leads the entity's shard: then the request needed a hop. */
  void mark(Exchange exchange, EntityAddress address) {
    mark(exchange);
    if (peers != null && !peers.leads(address)) {
      exchange.header(FORWARDED);
      exchange.markForwarded();
    }
  }

  /**
   * The map as far as callers need it: nodes with the URLs of their APIs, and shards with their
   * slots and leaders. Nothing of it is secret.
   *
   * @param tenant the caller's
   * @param types what is served: a slot is made of a type's own name, not of an alias
   */
  byte[] describe(String tenant, TypeRegistry types) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeNumberProperty("version", peers == null ? 0 : peers.view().version());
      json.writeStringProperty("tenant", tenant);
      json.writeObjectPropertyStart("aliases");
      for (EntityModel model : types.models()) {
        model.aliases().forEach(alias -> json.writeStringProperty(alias, model.name()));
      }
      json.writeEndObject();
      json.writeArrayPropertyStart("nodes");
      urls().forEach((id, url) -> node(json, id, url));
      json.writeEndArray();
      json.writeArrayPropertyStart("shards");
      if (peers == null) {
        List<ClusterMap.Slots> all = List.of(new ClusterMap.Slots(0, EntityAddress.SLOTS - 1));
        shard(json, new ClusterMap.Placement(0, all, List.of(self), ""), self);
      } else {
        for (ClusterMap.Placement one : peers.view().map().shards()) {
          shard(json, one, leader(peers, one.shard()));
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** URLs by node; those that say none are left out. */
  private Map<String, String> urls() {
    Map<String, String> urls = new HashMap<>();
    if (peers == null) {
      urls.put(self, api);
    } else {
      for (StatusMessage said : peers.control().statuses()) {
        if (peers.view().map().node(said.node()).isPresent()) {
          urls.put(said.node(), said.api());
        }
      }
    }
    urls.values().removeIf(String::isEmpty);
    return urls;
  }

  private String leader(Peers cluster, int shard) {
    if (cluster.leads(shard)) {
      return self;
    }
    String leader = cluster.view().leader(shard);
    return leader == null || leader.equals(self) ? "" : leader;
  }

  private static void node(JsonGenerator json, String id, String url) {
    json.writeStartObject();
    json.writeStringProperty("id", id);
    json.writeStringProperty("api", url);
    json.writeEndObject();
  }

  private static void shard(JsonGenerator json, ClusterMap.Placement shard, String leader) {
    json.writeStartObject();
    json.writeNumberProperty("shard", shard.shard());
    json.writeArrayPropertyStart("slots");
    for (ClusterMap.Slots range : shard.slots()) {
      json.writeStartArray();
      json.writeNumber(range.from());
      json.writeNumber(range.to());
      json.writeEndArray();
    }
    json.writeEndArray();
    if (!leader.isEmpty()) {
      json.writeStringProperty("leader", leader);
    }
    json.writeArrayPropertyStart("replicas");
    shard.replicas().forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }
}
