package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.view.AdminClusterView;
import dev.perdure.lab.cluster.view.ClusterStatus;
import dev.perdure.lab.cluster.view.ClusterWatch;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What the nodes say of themselves, over HTTP. */
final class PulledNodes implements AutoCloseable {

  private static final Duration HASHES_MAX = Duration.ofMinutes(1);

  private final Pulled pulled;
  private final Door door;
  private final Http http = new Http();
  private final List<NodeAddress> addresses;
  private final AdminClusterView view = new AdminClusterView(http);

  PulledNodes(Pulled pulled, Door door) {
    this.pulled = pulled;
    this.door = door;
    this.addresses = Pulled.NODES.stream().map(this::address).toList();
  }

  private NodeAddress address(int node) {
    URI api = URI.create(pulled.api(node));
    return new NodeAddress("n" + node, api.getHost(), api, URI.create(pulled.admin(node)));
  }

  /** The modes of all, as an answer to a caller says them. */
  List<String> modes() throws IOException {
    List<String> modes = new ArrayList<>();
    for (int node : Pulled.NODES) {
      modes.add(stale(node, TransferLoad.accounts().getFirst()).mode());
    }
    return modes;
  }

  /** An account as a node has it. */
  Door.Reply stale(int node, String account) throws IOException {
    return door.get(pulled.api(node) + "/v1/entities/account/" + account + "?consistency=stale");
  }

  /** Every shard has a leader and a replica on each node. */
  boolean whole() {
    return new ClusterWatch(view, addresses, Pulled.NODES.size()).awaitWhole(Duration.ofSeconds(1));
  }

  Check replicasEqual() {
    return new ClusterWatch(view, addresses, Pulled.NODES.size()).replicasEqual(HASHES_MAX);
  }

  /**
   * The nodes that lead some of the data now: they run its sagas and its projections. Others have
   * nothing to do with what is outside.
   */
  Set<Integer> leading() throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    Set<Integer> leading = new TreeSet<>();
    ClusterStatus status = view.ask(addresses.getFirst());
    for (ClusterStatus.Node node : status.nodes()) {
      for (int i = 0; i < addresses.size(); i++) {
        if (node.address().startsWith(addresses.get(i).host() + ":")) {
          numbers.put(node.id(), i + 1);
        }
      }
    }
    for (ClusterStatus.Shard shard : status.shards()) {
      Integer leader = numbers.get(shard.leader());
      if (shard.shard() >= 0 && shard.shard() < Pulled.NODES.size() && leader != null) {
        leading.add(leader);
      }
    }
    return leading;
  }

  /** Why each of these nodes says that a capability is degraded; empty if it does not. */
  List<String> degraded(Set<Integer> nodes, String capability) throws IOException {
    List<String> whys = new ArrayList<>();
    for (int node : nodes) {
      for (JsonNode one : mode(node).path("capabilities")) {
        if (one.path("name").asString().equals(capability)) {
          whys.add(one.path("why").asString());
        }
      }
    }
    return whys;
  }

  /** True if none of the nodes says of any shard that it can be written. */
  boolean nothingIsLed() throws IOException {
    for (int node : Pulled.NODES) {
      JsonNode shards = door.get(pulled.admin(node) + "/readyz?verbose").body().path("shards");
      if (shards.isEmpty()
          || shards.valueStream().anyMatch(one -> one.path("state").asString().equals("READY"))) {
        return false;
      }
    }
    return true;
  }

  /** How many notifications wait, as far as nodes know. */
  int waiting() throws IOException {
    int waiting = 0;
    for (int node : Pulled.NODES) {
      for (JsonNode one : mode(node).path("capabilities")) {
        waiting += one.path("waiting").asInt();
      }
    }
    return waiting;
  }

  /** As on the admin port. */
  record ModeAndWhy(String mode, String why) {}

  ModeAndWhy modeAndWhy(int node) throws IOException {
    JsonNode says = mode(node);
    return new ModeAndWhy(says.path("mode").asString(), says.path("why").asString());
  }

  private JsonNode mode(int node) throws IOException {
    return door.get(pulled.admin(node) + "/admin/v1/mode").body();
  }

  /** All that a node says of subscriptions. */
  String subscriptions(int node) throws IOException {
    return door.get(pulled.admin(node) + "/admin/v1/subscriptions").text();
  }

  @Override
  public void close() {
    http.close();
  }
}
