package dev.perdure.client;

import dev.perdure.runtime.node.Peers;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real nodes in this process, with counters. */
final class Cluster implements AutoCloseable {

  private static final long PATIENCE_NS = 90_000_000_000L;
  static final int SHARDS = 3;

  final List<Perdure> nodes = new ArrayList<>();

  private Cluster() {}

  /**
   * So many nodes, each shard on as many of them as it can be, and every leader where it is to be.
   */
  static Cluster start(Path directory, int count) throws IOException {
    Cluster cluster = new Cluster();
    String first = "";
    for (int number = 1; number <= count; number++) {
      String address = "127.0.0.1:" + freePort();
      ServerConfig config =
          ServerConfig.defaults()
              .with(Keys.DATA_DIR, directory.resolve("n" + number))
              .with(Keys.API_PORT, 0)
              .with(Keys.ADMIN_PORT, 0)
              .with(Keys.SHARDS, SHARDS)
              .with(Keys.CLUSTER, true)
              .with(Keys.CLUSTER_ADDRESS, address)
              .with(Keys.CLUSTER_JOIN, first);
      cluster.nodes.add(Perdure.start(config, new Counter.Bundle()));
      first = first.isEmpty() ? address : first;
    }
    Perdure any = cluster.nodes.getFirst();
    until(() -> cluster.settled(any, count));
    return cluster;
  }

  private static Peers peers(Perdure node) {
    return Objects.requireNonNull(node.node().peers());
  }

  private boolean settled(Perdure node, int count) {
    return peers(node).view().map().shards().stream()
        .allMatch(
            shard ->
                shard.replicas().size() == count
                    && nodes.stream()
                        .anyMatch(
                            one ->
                                peers(one).self().equals(shard.replicas().getFirst())
                                    && one.node().leads(shard.shard())));
  }

  /** Waits for a condition. */
  static void until(BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNs) {
        throw new AssertionError("it did not become true");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  String[] urls() {
    return nodes.stream().map(Cluster::url).toArray(String[]::new);
  }

  static String url(Perdure node) {
    return "http://127.0.0.1:" + node.apiPort();
  }

  /** The node that leads most shards. */
  Perdure busiest() {
    return nodes.stream().max((a, b) -> Long.compare(led(a), led(b))).orElseThrow();
  }

  private static long led(Perdure node) {
    return peers(node).view().map().shards().stream()
        .filter(shard -> node.node().leads(shard.shard()))
        .count();
  }

  void stop(Perdure node) {
    nodes.remove(node);
    node.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    nodes.forEach(Perdure::close);
    nodes.clear();
  }
}
