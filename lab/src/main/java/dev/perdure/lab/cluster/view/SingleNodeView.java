package dev.perdure.lab.cluster.view;

import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.view.ClusterStatus.Node;
import dev.perdure.lab.cluster.view.ClusterStatus.Replica;
import dev.perdure.lab.cluster.view.ClusterStatus.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A node that is in no cluster: it leads, and its two replicas are what it serves and what its
 * events fold to from the first one on.
 */
public final class SingleNodeView implements ClusterView {

  /** What is served, and what is folded. */
  public static final int REPLICAS = 2;

  private static final Duration REQUEST_MAX = Duration.ofSeconds(20);

  private final Http http;

  public SingleNodeView(Http http) {
    this.http = http;
  }

  @Override
  public ClusterStatus ask(NodeAddress node) throws IOException {
    String address = node.host() + ":" + NodeAddress.NODE_PORT;
    long term = 0;
    long applied = 0;
    for (JsonNode shard : get(node, "/admin/v1/shards").path("shards")) {
      term = Math.max(term, shard.path("journal").path("term").asLong(0));
      applied += shard.path("journal").path("applied_index").asLong(0);
    }
    return new ClusterStatus(
        List.of(new Node(node.name(), node.name(), address, "ready")),
        List.of(
            new Shard(
                0,
                node.name(),
                term,
                List.of(
                    new Replica(node.name(), applied, hash(node, "served")),
                    new Replica(node.name() + " folded anew", applied, hash(node, "genesis"))))));
  }

  private String hash(NodeAddress node, String way) throws IOException {
    JsonNode digest = get(node, "/admin/v1/digest/" + way);
    return digest.path("state").asString("") + "/" + digest.path("facts").asString("");
  }

  private JsonNode get(NodeAddress node, String path) throws IOException {
    Answer answer = http.get(node.admin().resolve(path), REQUEST_MAX);
    if (answer.status() != 200) {
      throw new IOException(node.name() + " answered " + path + " with " + answer.status());
    }
    return answer.body();
  }
}
