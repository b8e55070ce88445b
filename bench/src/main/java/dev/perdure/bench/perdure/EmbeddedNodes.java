package dev.perdure.bench.perdure;

import dev.perdure.bench.load.LoopbackPort;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.node.Peers;
import dev.perdure.runtime.record.EntityAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A node alone, or a cluster of nodes with their own journals, stores and sockets, in this process.
 */
final class EmbeddedNodes implements AutoCloseable {

  private static final Clock CLOCK = Clock.system();
  private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
  private static final Duration DEAD_AFTER = Duration.ofMinutes(5);
  private static final long POLL_NS = Duration.ofMillis(1).toNanos();

  private final List<Node> nodes = new ArrayList<>();

  private EmbeddedNodes() {}

  /**
   * Opens a node with the defaults on an empty directory, and waits until it takes writes.
   *
   * @throws IOException when it does not in a minute
   */
  static EmbeddedNodes alone(Path directory) throws IOException {
    EmbeddedNodes all = new EmbeddedNodes();
    all.open(NodeOptions.of(directory));
    return all;
  }

  /**
   * Opens nodes that hold a replica each, and waits until all are members and leadership is where
   * it stays. As {@code cluster start} does for nodes that share a machine, one entry at a time is
   * on its way, which makes entries larger and fewer.
   *
   * @throws IOException when that takes more than a minute
   */
  static EmbeddedNodes cluster(Path directory, int count) throws IOException {
    EmbeddedNodes all = new EmbeddedNodes();
    try {
      List<String> seeds = List.of();
      for (int number = 1; number <= count; number++) {
        int port = LoopbackPort.free();
        String address = "127.0.0.1:" + port;
        PeerOptions peers =
            new PeerOptions("n" + number, "127.0.0.1", port, address, seeds, "", DEAD_AFTER, null);
        all.open(
            NodeOptions.of(Files.createDirectory(directory.resolve("n" + number)))
                .withLimits(Limits.defaults().withEntriesInFlightMax(1))
                .withPeers(peers));
        seeds = seeds.isEmpty() ? List.of(address) : seeds;
      }
      all.until(() -> all.atRest(count), "the cluster did not come to rest");
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void open(NodeOptions options) throws IOException {
    Node node = Node.open(options, List.of(new Accounts()));
    nodes.add(node);
    until(() -> node.health().writes(), "a node is not ready");
  }

  private void until(BooleanSupplier holds, String otherwise) throws IOException {
    long startNs = CLOCK.monotonicNs();
    while (!holds.getAsBoolean()) {
      if (CLOCK.monotonicNs() - startNs > START_TIME_MAX.toNanos()) {
        String health = first().health().toString();
        close();
        throw new IOException(
            otherwise + " within " + START_TIME_MAX.toSeconds() + " s: " + health);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  /** Every shard has its members, and who is to lead it does. */
  private boolean atRest(int members) {
    Peers peers = Objects.requireNonNull(first().peers());
    ClusterMap map = peers.view().map();
    return map.nodes().size() == members
        && map.shards().stream()
            .allMatch(
                placement ->
                    placement.replicas().size() == members
                        && peers.control().statuses().stream()
                            .filter(status -> status.node().equals(placement.replicas().getFirst()))
                            .flatMap(status -> status.replicas().stream())
                            .anyMatch(
                                one ->
                                    one.shard() == placement.shard()
                                        && one.leads()
                                        && one.members().size() == members));
  }

  Node first() {
    return nodes.getFirst();
  }

  /** The door of the node that leads an entity's shard; of any node if none does now. */
  Entities at(EntityAddress address) {
    if (nodes.size() > 1) {
      int shard = Objects.requireNonNull(first().peers()).view().shardOf(address);
      for (Node node : nodes) {
        if (node.leads(shard)) {
          return node.entities();
        }
      }
    }
    return first().entities();
  }

  /** Forces of all logs of all nodes. */
  long forces() {
    return nodes.stream()
        .flatMap(node -> node.figures().stream())
        .mapToLong(shard -> shard.journal().syncs())
        .sum();
  }

  /** Bytes of the state stores of one node: each holds the same. */
  long storedBytes() throws IOException {
    return PerdureProcess.storeBytes(first().data());
  }

  @Override
  public void close() {
    nodes.reversed().forEach(Node::close);
  }
}
