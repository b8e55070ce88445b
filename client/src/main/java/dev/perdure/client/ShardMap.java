package dev.perdure.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which node leads which slot, as a node told it. Immutable.
 *
 * @param version rises with every change of the cluster's map; who leads is not part of it
 * @param tenant the caller's
 * @param aliases other names of types, with their own
 * @param nodes URLs of all APIs
 * @param shards each slot's
 */
record ShardMap(
    long version,
    String tenant,
    Map<String, String> aliases,
    List<URI> nodes,
    List<@Nullable Place> shards) {

  /**
   * Where a shard is.
   *
   * @param leader null if none is known
   * @param replicas nodes that hold it
   */
  record Place(@Nullable URI leader, List<URI> replicas) {}

  /**
   * Reads a node's description.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ShardMap of(JsonNode json) {
    Map<String, URI> urls = new HashMap<>();
    for (JsonNode node : json.path("nodes")) {
      urls.put(node.path("id").asString(""), URI.create(node.path("api").asString("")));
    }
    Map<String, String> aliases = new HashMap<>();
    json.path("aliases")
        .properties()
        .forEach(one -> aliases.put(one.getKey(), one.getValue().asString("")));
    List<@Nullable Place> shards = new ArrayList<>();
    for (int slot = 0; slot < Slot.COUNT; slot++) {
      shards.add(null);
    }
    for (JsonNode shard : json.path("shards")) {
      Place place = place(shard, urls);
      for (JsonNode range : shard.path("slots")) {
        int last = Math.min(range.path(1).asInt(-1), Slot.COUNT - 1);
        for (int slot = Math.max(0, range.path(0).asInt(0)); slot <= last; slot++) {
          shards.set(slot, place);
        }
      }
    }
    if (!json.has("version")) {
      throw new IllegalArgumentException("it has no version");
    }
    return new ShardMap(
        json.path("version").asLong(0),
        json.path("tenant").asString(""),
        Map.copyOf(aliases),
        List.copyOf(urls.values()),
        shards);
  }

  /** Where an entity is; null if that is not known. */
  @Nullable Place place(String type, String id) {
    return shards.get(Slot.of(tenant, aliases.getOrDefault(type, type), id));
  }

  private static Place place(JsonNode shard, Map<String, URI> urls) {
    List<URI> replicas = new ArrayList<>();
    for (JsonNode node : shard.path("replicas")) {
      URI url = urls.get(node.asString(""));
      if (url != null) {
        replicas.add(url);
      }
    }
    return new Place(urls.get(shard.path("leader").asString("")), List.copyOf(replicas));
  }
}
