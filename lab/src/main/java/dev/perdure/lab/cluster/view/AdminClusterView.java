package dev.perdure.lab.cluster.view;

import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.view.ClusterStatus.Node;
import dev.perdure.lab.cluster.view.ClusterStatus.Replica;
import dev.perdure.lab.cluster.view.ClusterStatus.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code GET /admin/v1/cluster} on the admin port. */
public final class AdminClusterView implements ClusterView {

  private static final String PATH = "/admin/v1/cluster";
  private static final Duration REQUEST_MAX = Duration.ofSeconds(2);

  private final Http http;

  public AdminClusterView(Http http) {
    this.http = http;
  }

  @Override
  public ClusterStatus ask(NodeAddress node) throws IOException {
    Answer answer = http.get(node.admin().resolve(PATH), REQUEST_MAX);
    if (answer.status() != 200) {
      throw new IOException(
          node.name() + " answered " + PATH + " with " + answer.status() + " " + answer.code());
    }
    return read(answer.body());
  }

  /** Reads the answer's body. What is missing is empty: the checks notice. */
  static ClusterStatus read(JsonNode body) {
    List<Node> nodes = new ArrayList<>();
    for (JsonNode node : body.path("nodes")) {
      nodes.add(
          new Node(
              text(node, "id"), text(node, "name"), text(node, "address"), text(node, "state")));
    }
    List<Shard> shards = new ArrayList<>();
    for (JsonNode shard : body.path("shards")) {
      List<Replica> replicas = new ArrayList<>();
      for (JsonNode replica : shard.path("replicas")) {
        replicas.add(
            new Replica(
                text(replica, "node"), replica.path("applied").asLong(-1), text(replica, "hash")));
      }
      shards.add(
          new Shard(
              shard.path("shard").asInt(-1),
              text(shard, "leader"),
              shard.path("term").asLong(-1),
              replicas));
    }
    return new ClusterStatus(nodes, shards);
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
