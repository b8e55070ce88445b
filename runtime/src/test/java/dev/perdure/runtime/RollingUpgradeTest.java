package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes go from one build to the next, back, and forth again, while they are used. */
class RollingUpgradeTest {

  private static final int WALLETS = 20;
  private static final Build FIRST = new Build("0.1", 1, 1);
  private static final Build SECOND = new Build("0.2", 1, 2);

  @TempDir Path directory;

  private final Map<Integer, RunningNode> open = new TreeMap<>();
  private final List<Integer> ports = new ArrayList<>();
  private int round;

  @AfterEach
  void closeAll() {
    open.values().forEach(RunningNode::close);
  }

  private NodeOptions options(int number, Build build) {
    while (ports.size() < number) {
      ports.add(freePort());
    }
    Path data = directory.resolve("n" + number);
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String address = "127.0.0.1:" + ports.get(number - 1);
    List<String> seeds = number == 1 ? List.of() : List.of("127.0.0.1:" + ports.getFirst());
    PeerOptions peers =
        new PeerOptions(
            "n" + number,
            "127.0.0.1",
            ports.get(number - 1),
            address,
            seeds,
            "",
            Duration.ofMinutes(5),
            null);
    return NodeOptions.of(data).withShards(2).withPeers(peers).withBuild(build);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a node with a build, in place of the one it runs; waits until all hold all again. */
  private RunningNode run(int number, Build build) {
    RunningNode before = open.remove(number);
    if (before != null) {
      before.node().drain();
      before.close();
    }
    RunningNode node = RunningNode.open(options(number, build), new Wallet.Bundle());
    open.put(number, node);
    node.until(60, () -> full(node));
    return node;
  }

  private boolean full(RunningNode node) {
    var peers = node.node().peers();
    ClusterMap map = peers.view().map();
    boolean builds =
        peers.control().statuses().stream().filter(one -> known(one.build())).count()
            >= open.size();
    return builds
        && map.nodes().size() == open.size()
        && map.level() == node.node().level().now()
        && peers.control().statuses().stream()
                .flatMap(status -> status.replicas().stream())
                .filter(one -> one.leads() && one.members().size() == open.size())
                .map(one -> one.shard())
                .distinct()
                .count()
            == map.shards().size() + 1;
  }

  private static boolean known(Build build) {
    return build.equals(FIRST) || build.equals(SECOND);
  }

  /** Every wallet gets one more through each node in turn, and has all that it got before. */
  private void use() {
    round++;
    for (int i = 0; i < WALLETS; i++) {
      RunningNode node = List.copyOf(open.values()).get(i % open.size());
      assertThat(text(node.run("w" + i, new Deposit(1), "k" + round)))
          .isEqualTo("{\"balance\":" + round + "}@" + round);
      assertThat(text(node.run("w" + i, new Deposit(1), "k1")))
          .isEqualTo("{\"balance\":1}@1 replayed");
    }
  }

  private Outcome raise(int number) {
    return open.get(number).node().peers().control().raise("tester");
  }

  private static String rejection(Outcome outcome) {
    return ((Outcome.Rejected) outcome).detail();
  }

  private void threeAtTheFirstLevel() {
    run(1, FIRST);
    run(2, FIRST);
    run(3, FIRST);
    use();
  }

  @Test
  void nodesGoForthAndBackAndForthAndThenTheLevelIsRaised() throws IOException {
    threeAtTheFirstLevel();
    run(2, SECOND);
    use();
    assertThat(rejection(raise(2))).contains("Node n1: build 0.1 (level 1) is too old");
    run(1, SECOND);
    use();
    run(2, FIRST);
    use();
    run(3, SECOND);
    assertThat(rejection(raise(3))).contains("Node n2: build 0.1 (level 1) is too old");
    run(2, SECOND);
    use();
    Path properties = directory.resolve("n3/node.properties");
    assertThat(properties).content().contains("format=2").doesNotContain("level");
    assertThat(open.get(1).node().peers().view().map().nodes())
        .allSatisfy(node -> assertThat(node.build()).isNull());

    assertThat(raise(1)).isInstanceOf(Outcome.Done.class);

    open.values()
        .forEach(node -> node.until(20, () -> node.node().level().now() == 2 && full(node)));
    use();
    assertThat(properties).content().contains("format=3").contains("level=2");
    RunningNode one = open.get(1);
    one.until(
        20,
        () ->
            one.node().peers().view().map().nodes().stream()
                .allMatch(node -> SECOND.equals(node.build())));
  }

  @Test
  void olderBuildIsRefusedOnceTheLevelIsRaised() throws Exception {
    threeAtTheFirstLevel();
    List.of(1, 2, 3).forEach(number -> run(number, SECOND));
    Path properties = directory.resolve("n3/node.properties");
    String before = Files.readString(properties);
    assertThat(raise(2)).isInstanceOf(Outcome.Done.class);
    RunningNode three = open.get(3);
    three.until(20, () -> three.node().level().now() == 2);
    three.close();
    open.remove(3);

    refused(3, "data directory " + directory.resolve("n3") + " is at level 2; build 0.1 (level 1)");
    // It was away when the level was raised: the others tell.
    Files.writeString(properties, before);
    refused(3, "the cluster is at level 2; build 0.1 (level 1) is too old for level 2; start");
    refused(4, "the cluster is at level 2; build 0.1 (level 1) is too old for level 2; start");

    // Nobody answers: its own map of the cluster tells.
    closeAll();
    open.clear();
    refused(3, "the cluster is at level 2; build 0.1 (level 1) is too old for level 2; start");

    // Nobody could tell it at its start.
    Files.delete(directory.resolve("n3/cluster.map"));
    try (RunningNode alone = RunningNode.unready(options(3, FIRST), new Wallet.Bundle());
        RunningNode other = RunningNode.unready(options(1, SECOND), new Wallet.Bundle())) {
      assertThat(other.node().level().now()).isEqualTo(2);
      assertThat(alone.node().unfit().get(30, TimeUnit.SECONDS)).contains("too old for level 2");
      alone.until(() -> alone.node().health().shards().stream().noneMatch(RollingUpgradeTest::up));
    }
  }

  private static boolean up(NodeHealth.Shard shard) {
    return shard.state() == NodeHealth.State.READY;
  }

  private void refused(int number, String message) {
    NodeOptions options = options(number, FIRST);
    assertThatThrownBy(() -> RunningNode.unready(options, new Wallet.Bundle()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(message);
  }
}
