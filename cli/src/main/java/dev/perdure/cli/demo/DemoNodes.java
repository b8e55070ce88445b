package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * The nodes of a demo: one, or a cluster. What is killed is the only node, or the one that leads
 * most of the shards at that moment.
 */
public final class DemoNodes {

  /** In the environment of a node, the node's number, from 1. */
  public static final String NUMBER = "{node}";

  private static final Duration ASK_MAX = Duration.ofSeconds(2);
  private static final Duration FORMED_MAX = Duration.ofSeconds(90);
  private static final Duration CAUGHT_UP_MAX = Duration.ofSeconds(30);
  private static final long PAUSE_NS = 100_000_000;

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Map<String, NodeProcess> byAddress = new HashMap<>();
  private final Map<String, String> environment;
  private NodeProcess victim;

  /** So many nodes in a folder; not started. */
  DemoNodes(Path folder, int count) {
    this(folder, count, Map.of());
  }

  /**
   * So many nodes in a folder; not started.
   *
   * @param environment of their processes, beside that of this one; {@link #NUMBER} in a value
   *     stands for the number of the node
   */
  public DemoNodes(Path folder, int count, Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    if (count == 1) {
      nodes.add(new NodeProcess(folder, 1, List.of(), environment(1)));
    } else {
      cluster(folder, count);
    }
    this.victim = nodes.getFirst();
  }

  private Map<String, String> environment(int number) {
    Map<String, String> own = new HashMap<>(environment);
    own.replaceAll((name, value) -> value.replace(NUMBER, Integer.toString(number)));
    return own;
  }

  private void cluster(Path folder, int count) {
    List<String> addresses = addresses(count);
    for (int i = 0; i < count; i++) {
      List<String> others = new ArrayList<>(addresses);
      others.remove(i);
      List<String> options = new ArrayList<>(List.of("--cluster", "--node-address"));
      options.add(addresses.get(i));
      // All share this machine's processors: fewer and larger entries leave them more for the rest.
      options.addAll(List.of("--set", "entries.in-flight-max=1"));
      if (i == 0) {
        options.addAll(List.of("--set", "shards=" + count));
      } else {
        options.addAll(List.of("--join", String.join(",", others)));
      }
      Path own = folder.resolve("n" + (i + 1));
      try {
        Files.createDirectories(own);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      NodeProcess node = new NodeProcess(own, count, options, environment(i + 1));
      nodes.add(node);
      byAddress.put(addresses.get(i), node);
    }
  }

  private static List<String> addresses(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = NodeProcess.freePort();
        held.add(socket);
        addresses.add("127.0.0.1:" + socket.getLocalPort());
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
      return addresses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int count() {
    return nodes.size();
  }

  /** Starts all and waits until every shard has a replica on each. */
  public void form() {
    for (NodeProcess node : nodes) {
      node.start();
      node.awaitReady();
    }
    if (nodes.size() > 1) {
      awaitMembers();
    }
  }

  private void awaitMembers() {
    Clock clock = Clock.system();
    long endNs = clock.monotonicNs() + FORMED_MAX.toNanos();
    while (!formed()) {
      if (clock.monotonicNs() - endNs > 0) {
        throw new DemoException(
            "the nodes were no cluster within " + FORMED_MAX.toSeconds() + " s; see the logs");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private boolean formed() {
    JsonNode status = status();
    int full = 0;
    for (JsonNode shard : status.path("shards")) {
      full += shard.path("members").size() == nodes.size() ? 1 : 0;
    }
    return full == nodes.size() + 1;
  }

  /** Waits until every replica holds the same; not for ever: who compares next will see. */
  public void awaitCaughtUp() {
    Clock clock = Clock.system();
    long endNs = clock.monotonicNs() + CAUGHT_UP_MAX.toNanos();
    while (nodes.size() > 1 && !caughtUp() && clock.monotonicNs() - endNs < 0) {
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private boolean caughtUp() {
    JsonNode shards = status().path("shards");
    for (JsonNode shard : shards) {
      Set<String> hashes = new HashSet<>();
      for (JsonNode replica : shard.path("replicas")) {
        hashes.add(replica.path("hash").asString());
      }
      if (hashes.size() != 1 || shard.path("replicas").size() < nodes.size()) {
        return false;
      }
    }
    return shards.size() == nodes.size() + 1;
  }

  /** The cluster as any node sees it that answers; an empty object if none does. */
  private JsonNode status() {
    for (NodeProcess node : nodes) {
      try (NodeClient admin = new NodeClient(node.adminUri(), ASK_MAX)) {
        Answer answer = admin.exchange("GET", "/admin/v1/cluster", Map.of(), null);
        JsonNode body = answer.body();
        if (answer.ok() && body != null) {
          return body;
        }
      } catch (IOException e) {
        // The next one may answer.
      }
    }
    return tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
  }

  /** Kills the only node, or the one that leads most shards; its number, from 1. */
  public int kill() {
    if (nodes.size() > 1) {
      victim = busiest();
    }
    victim.kill();
    return nodes.indexOf(victim) + 1;
  }

  private NodeProcess busiest() {
    JsonNode status = status();
    Map<String, NodeProcess> byId = new HashMap<>();
    for (JsonNode node : status.path("nodes")) {
      NodeProcess process = byAddress.get(node.path("address").asString());
      if (process != null) {
        byId.put(node.path("id").asString(), process);
      }
    }
    Map<NodeProcess, Integer> leads = new HashMap<>();
    for (JsonNode shard : status.path("shards")) {
      NodeProcess leader = byId.get(shard.path("leader").asString());
      if (leader != null && !shard.path("system").asBoolean()) {
        leads.merge(leader, 1, Integer::sum);
      }
    }
    return leads.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(victim);
  }

  /** Starts again what was killed. */
  public void start() {
    victim.start();
  }

  public void awaitReady() {
    victim.awaitReady();
  }

  /** Kills all but the first. */
  public void killAllButFirst() {
    nodes.subList(1, nodes.size()).forEach(NodeProcess::kill);
  }

  /** Starts those again. */
  public void startAllButFirst() {
    List<NodeProcess> others = nodes.subList(1, nodes.size());
    others.forEach(NodeProcess::start);
    others.forEach(NodeProcess::awaitReady);
  }

  /** Kills all for good. */
  public void end() {
    nodes.forEach(NodeProcess::end);
  }

  public List<URI> apiUris() {
    return nodes.stream().map(NodeProcess::apiUri).toList();
  }

  public List<URI> adminUris() {
    return nodes.stream().map(NodeProcess::adminUri).toList();
  }

  /** The first node. */
  NodeProcess first() {
    return nodes.getFirst();
  }

  List<NodeProcess> all() {
    return List.copyOf(nodes);
  }
}
