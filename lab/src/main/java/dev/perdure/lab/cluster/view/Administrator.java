package dev.perdure.lab.cluster.view;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Changes a cluster through the first node that answers, and sees what became of it. */
public final class Administrator implements AutoCloseable {

  private static final String PATH = "/admin/v1/cluster";
  private static final Duration REQUEST_MAX = Duration.ofSeconds(10);

  private final Http http = new Http();
  private final List<NodeAddress> nodes;

  public Administrator(List<NodeAddress> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  private interface Request {
    Answer send(URI uri) throws IOException;
  }

  private JsonNode ask(String path, Request request) {
    String last = "no node was asked";
    for (NodeAddress node : nodes) {
      try {
        Answer answer = request.send(node.admin().resolve(PATH + path));
        if (answer.status() / 100 == 2) {
          return answer.body();
        }
        last = node.name() + ": " + answer.status() + " " + answer.code();
      } catch (ConnectException | HttpConnectTimeoutException e) {
        last = node.name() + ": " + e;
      } catch (IOException e) {
        throw new LabException(node.name() + " was asked for " + path + ": " + e, e);
      }
    }
    throw new LabException("no node answers " + PATH + path + "; the last: " + last);
  }

  /** {@code POST /admin/v1/cluster} with a path behind it. */
  public void change(String path) {
    ask(path, uri -> http.post(uri, Map.of(), "{}", REQUEST_MAX));
  }

  /** The cluster as it says of itself. */
  public JsonNode status() {
    return ask("", uri -> http.get(uri, REQUEST_MAX));
  }

  /** How many nodes there are. */
  public int nodes() {
    return status().path("nodes").size();
  }

  /** How many shards there are. */
  public int shards() {
    return status().path("shards").size();
  }

  /** How many slots a shard has. */
  public int slots(int number) {
    for (JsonNode shard : status().path("shards")) {
      if (shard.path("shard").asInt(-1) == number) {
        return shard.path("slots").asInt(0);
      }
    }
    return 0;
  }

  /** The id of a node that has such an address, by its name in the lab. */
  public String id(String name) {
    JsonNode known = status().path("nodes");
    for (NodeAddress node : nodes) {
      for (JsonNode one : known) {
        if (node.name().equals(name)
            && one.path("address").asString("").equals(node.host() + ":" + NodeAddress.NODE_PORT)) {
          return one.path("id").asString();
        }
      }
    }
    throw new LabException(name + " is not in the cluster");
  }

  /** True if a node leads a shard. */
  public boolean leads(String id) {
    for (JsonNode shard : status().path("shards")) {
      if (shard.path("leader").asString("").equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** True if no slots are on their way, and each shard has the members that it is to have. */
  public boolean quiet() {
    JsonNode status = status();
    for (JsonNode shard : status.path("shards")) {
      if (shard.path("members").size() != shard.path("wanted").size()) {
        return false;
      }
    }
    return status.path("moves").isEmpty();
  }

  @Override
  public void close() {
    http.close();
  }
}
