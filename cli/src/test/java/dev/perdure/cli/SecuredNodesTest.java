package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.example.ledger.LedgerService;
import dev.perdure.journal.tls.NodeCertificates;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.node.Peers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in this process that talk with the certificates of {@code cluster certs}. */
class SecuredNodesTest {

  @TempDir private Path directory;

  private Node open(String name, int port, List<String> seeds) throws IOException {
    Path certificates = directory.resolve("certs");
    StringWriter said = new StringWriter();
    String[] arguments = {
      "cluster", "certs", "--dir", certificates.toString(), "--host", "127.0.0.1", "--node", name
    };
    int exit =
        Commands.commandLine(arguments)
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(arguments);
    assertThat(exit).as(said.toString()).isZero();
    PeerOptions peers =
        new PeerOptions(
            name,
            "127.0.0.1",
            port,
            "127.0.0.1:" + port,
            seeds,
            "",
            Duration.ofMinutes(5),
            new NodeCertificates(
                certificates.resolve(name + ".crt"),
                certificates.resolve(name + ".key"),
                certificates.resolve("ca.crt")));
    Path data = Files.createDirectory(directory.resolve(name));
    return Node.open(
        NodeOptions.of(data).withShards(1).withPeers(peers), List.of(new LedgerService()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void growToThreeReplicasOfEveryShard() throws IOException {
    int port = freePort();
    List<String> first = List.of("127.0.0.1:" + port);
    try (Node one = open("n1", port, List.of());
        Node two = open("n2", freePort(), first);
        Node three = open("n3", freePort(), first)) {
      long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
      while (!(whole(one) && whole(two) && whole(three))) {
        assertThat(Clock.system().monotonicNs()).as("all have joined").isLessThan(endNs);
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  /** This node has heard of leaders that have three members each. */
  private static boolean whole(Node node) {
    Peers peers = Objects.requireNonNull(node.peers());
    ClusterMap map = peers.view().map();
    return map.nodes().size() == 3
        && peers.control().statuses().stream()
                .flatMap(status -> status.replicas().stream())
                .filter(one -> one.leads() && one.members().size() == 3)
                .map(one -> one.shard())
                .distinct()
                .count()
            == 2;
  }
}
