package dev.perdure.runtime;

import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.cluster.ClusterMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Nodes of clusters in this process, each in a folder of its own: n1, n2 and so on. */
final class ClusterNodes implements AutoCloseable {

  private final Path directory;
  private final int shards;
  private final Supplier<Service> service;
  private final List<RunningNode> open = new CopyOnWriteArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  ClusterNodes(Path directory, int shards) {
    this(directory, shards, Wallet.Bundle::new);
  }

  /** Nodes of a service of one's own. */
  ClusterNodes(Path directory, int shards, Supplier<Service> service) {
    this.directory = directory;
    this.shards = shards;
    this.service = service;
  }

  /** Those that run. */
  List<RunningNode> open() {
    return open;
  }

  RunningNode start(int number, List<String> seeds) {
    return start(number, seeds, Clock.system(), address(number));
  }

  /** A node by a clock of its own. */
  RunningNode start(int number, List<String> seeds, Clock clock) {
    return start(number, seeds, clock, address(number));
  }

  /** Starts one that tells the others to come to this address. */
  RunningNode start(int number, List<String> seeds, String advertised) {
    return start(number, seeds, Clock.system(), advertised);
  }

  private RunningNode start(int number, List<String> seeds, Clock clock, String advertised) {
    int port = port(number);
    Path data = directory.resolve("n" + number);
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PeerOptions peers =
        new PeerOptions(
            "n" + number, "127.0.0.1", port, advertised, seeds, "", Duration.ofMinutes(5), null);
    NodeOptions options = NodeOptions.of(data).withShards(shards).withPeers(peers).withClock(clock);
    RunningNode node = RunningNode.open(options, service.get());
    open.add(node);
    return node;
  }

  String address(int number) {
    return "127.0.0.1:" + port(number);
  }

  private int port(int number) {
    while (ports.size() < number) {
      ports.add(freePort());
    }
    return ports.get(number - 1);
  }

  void stop(RunningNode node) {
    open.remove(node);
    node.close();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every shard has so many members, by its leader's own log. */
  static boolean members(RunningNode node, int count) {
    var peers = node.node().peers();
    ClusterMap map = peers.view().map();
    long full =
        peers.control().statuses().stream()
            .flatMap(status -> status.replicas().stream())
            .filter(one -> one.leads() && one.members().size() == count)
            .map(one -> one.shard())
            .distinct()
            .count();
    return full == map.shards().size() + 1;
  }

  @Override
  public void close() {
    open.forEach(RunningNode::close);
    open.clear();
  }
}
