package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Wallet.Deposit;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes in this process, with their real journals, stores and sockets. */
class ClusterTest {

  private static final int SHARDS = 3;

  @TempDir Path directory;

  private final List<RunningNode> open = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  @AfterEach
  void closeAll() {
    open.forEach(RunningNode::close);
  }

  private RunningNode start(int number, List<String> seeds) {
    while (ports.size() < number) {
      ports.add(freePort());
    }
    int port = ports.get(number - 1);
    Path data = directory.resolve("n" + number);
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PeerOptions peers =
        new PeerOptions(
            "n" + number,
            "127.0.0.1",
            port,
            "127.0.0.1:" + port,
            seeds,
            "",
            Duration.ofMinutes(5),
            null);
    RunningNode node =
        RunningNode.open(
            NodeOptions.of(data).withShards(SHARDS).withPeers(peers), new Wallet.Bundle());
    open.add(node);
    return node;
  }

  private String address(int number) {
    return "127.0.0.1:" + ports.get(number - 1);
  }

  private void stop(RunningNode node) {
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
  private static boolean members(RunningNode node, int count) {
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

  @Test
  void aNodeThatWasAloneGoesOnAsTheFirstOfACluster() throws IOException {
    Path data = Files.createDirectory(directory.resolve("n1"));
    try (RunningNode alone =
        RunningNode.open(NodeOptions.of(data).withShards(SHARDS), new Wallet.Bundle())) {
      for (int i = 0; i < 10; i++) {
        assertThat(text(alone.run("w" + i, new Deposit(100), "k")))
            .isEqualTo("{\"balance\":100}@1");
      }
    }
    RunningNode one = start(1, List.of());
    RunningNode two = start(2, List.of(address(1)));
    one.until(60, () -> members(one, 2));
    for (int i = 0; i < 10; i++) {
      assertThat(text(two.run("w" + i, new Deposit(100), "k")))
          .isEqualTo("{\"balance\":100}@1 replayed");
      assertThat(text(two.run("w" + i, new Deposit(1), "k2"))).isEqualTo("{\"balance\":101}@2");
    }
  }

  @Test
  void growsFromOneToThreeAndEveryNodeTakesEveryRequest() {
    RunningNode one = start(1, List.of());
    for (int i = 0; i < 50; i++) {
      assertThat(text(one.run("w" + i, new Deposit(100), "k"))).isEqualTo("{\"balance\":100}@1");
    }
    RunningNode two = start(2, List.of(address(1)));
    RunningNode three = start(3, List.of(address(1)));
    one.until(60, () -> members(one, 3));
    for (int i = 0; i < 50; i++) {
      for (RunningNode node : List.of(one, two, three)) {
        assertThat(text(node.run("w" + i, new Deposit(100), "k")))
            .isEqualTo("{\"balance\":100}@1 replayed");
        assertThat(text(node.read("w" + i))).isEqualTo("{\"balance\":100}@1");
      }
      assertThat(text(three.run("w" + i, new Deposit(11), "k3"))).isEqualTo("{\"balance\":111}@2");
    }
    stop(one);
    for (int i = 0; i < 50; i++) {
      assertThat(text(two.run("w" + i, new Deposit(9), "k2"))).isEqualTo("{\"balance\":120}@3");
      assertThat(text(three.read("w" + i))).isEqualTo("{\"balance\":120}@3");
    }
  }

  /** What a node is brought up from is copied while entries are applied. */
  @Test
  void nodesJoinWhileOthersWrite() throws InterruptedException {
    RunningNode one = start(1, List.of());
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    AtomicInteger written = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      String wallet = "busy" + i;
      writers.add(
          Thread.startVirtualThread(
              () -> {
                for (int n = 1; !stop.get(); n++) {
                  one.run(wallet, new Deposit(1), "k" + n);
                  written.incrementAndGet();
                }
              }));
    }
    RunningNode two = start(2, List.of(address(1)));
    RunningNode three = start(3, List.of(address(1)));
    one.until(60, () -> members(one, 3));
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    long total = 0;
    for (int i = 0; i < writers.size(); i++) {
      String said = text(two.read("busy" + i));
      assertThat(text(three.read("busy" + i))).isEqualTo(said);
      total += Long.parseLong(said.substring(said.indexOf('@') + 1));
    }
    assertThat(total).isEqualTo(written.get());
  }
}
