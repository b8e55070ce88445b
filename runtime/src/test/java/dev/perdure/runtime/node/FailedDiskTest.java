package dev.perdure.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Membership;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.Wallet;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes in this process; the disk of one is full, or lost what a replica promised. They keep
 * nothing free, so that logs are started again and again also while the disk is full.
 */
class FailedDiskTest {

  private static final long DISK_BYTES = 160L << 20;

  @TempDir Path directory;

  private final List<Node> nodes = new ArrayList<>();

  private static Node open(Path data, List<String> seeds, int port) throws IOException {
    String address = "127.0.0.1:" + port;
    PeerOptions peers =
        new PeerOptions(
            address, "127.0.0.1", port, address, seeds, "", Duration.ofMinutes(5), null);
    return Node.open(
        NodeOptions.of(Files.createDirectories(data))
            .withShards(1)
            .withLimits(Limits.defaults().withDiskFreeBytesMin(0))
            .withPeers(peers),
        List.of(new Wallet.Bundle()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(90);
    while (!condition.getAsBoolean()) {
      assertThat(Clock.system().monotonicNs()).as(what).isLessThan(endNs);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @AfterEach
  void closeNodes() {
    nodes.forEach(Node::close);
  }

  private Node started(Path data, List<String> seeds, int port) throws IOException {
    Node node = open(data, seeds, port);
    nodes.add(node);
    return node;
  }

  @Test
  void aNodeThatWasAskedToVoteOnAFullDiskIsBackWhenThereIsRoom() throws IOException {
    int port = freePort();
    int secondPort = freePort();
    List<String> seeds = List.of("127.0.0.1:" + port, "127.0.0.1:" + secondPort);
    Path small = Files.createDirectories(directory.resolve("disk"));
    try (SmallDisk disk = SmallDisk.mount(small, DISK_BYTES)) {
      Path data = disk.inside().resolve("data");
      Node one = started(directory.resolve("n1"), List.of(), port);
      Node two = started(directory.resolve("n2"), seeds, secondPort);
      Node three = started(data, seeds, freePort());
      until("three members", () -> settled(one, two, three));
      assertThat(terms(data)).hasSize(2);
      Shard there = shard(three);
      disk.fill();
      one.close();
      until("it is asked to vote", there::logFailed);
      assertThat(terms(data).values())
          .as("what it promised stands")
          .hasSize(2)
          .allMatch(text -> text.matches("votedFor=\\S+\nterm=\\d+\n"));
      Node again = started(directory.resolve("n1"), seeds, port);
      until("a leader", () -> deposit(two, "k2") instanceof Outcome.Done);
      disk.empty();
      until("it is back", () -> settled(again, two, three));
      assertThat(shard(three)).as("without being made anew").isSameAs(there);
      assertThat(deposit(three, "k2"))
          .isInstanceOfSatisfying(Outcome.Done.class, done -> assertThat(done.replayed()).isTrue());
      closeNodes();
    }
  }

  @Test
  void aReplicaThatForgotItsVoteIsBroughtUpAnewFromTheOthers() throws IOException {
    int port = freePort();
    int thirdPort = freePort();
    List<String> seeds = List.of("127.0.0.1:" + port);
    Path data = directory.resolve("n3");
    Node one = started(directory.resolve("n1"), List.of(), port);
    Node two = started(directory.resolve("n2"), seeds, freePort());
    Node three = started(data, seeds, thirdPort);
    until("three members", () -> settled(one, two, three));
    three.close();
    for (Path file : terms(data).keySet()) {
      Files.write(file, new byte[0]);
    }
    Node again = started(data, seeds, thirdPort);
    assertThat(shard(again).figures().journal().role()).isEqualTo(JournalStatus.Role.CLOSED);
    until("it is back", () -> settled(one, two, again));
    assertThat(deposit(again, "k"))
        .isInstanceOfSatisfying(Outcome.Done.class, done -> assertThat(done.replayed()).isTrue());
    assertThat(terms(data).values()).allMatch(text -> text.contains("term="));
  }

  @Test
  void aNodeWithoutOthersDoesNotStartWithAReplicaThatForgotItsVote() throws IOException {
    Path data = Files.createDirectories(directory.resolve("alone"));
    NodeOptions options = NodeOptions.of(data).withShards(1);
    List<Wallet.Bundle> services = List.of(new Wallet.Bundle());
    Node.open(options, services).close();
    for (Path file : terms(data).keySet()) {
      Files.write(file, new byte[0]);
    }
    assertThatThrownBy(() -> Node.open(options, services))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("raft-meta")
        .hasMessageContaining("Restore the node from a backup or a replica");
  }

  @Test
  void aReplicaThatCouldNotBeWrittenIsOpenedAnewWhenThereIsRoom() throws IOException {
    Path small = Files.createDirectories(directory.resolve("disk"));
    try (SmallDisk disk = SmallDisk.mount(small, DISK_BYTES)) {
      NodeOptions options =
          NodeOptions.of(Files.createDirectories(disk.inside().resolve("data")))
              .withShards(1)
              .withLimits(Limits.defaults().withDiskFreeBytesMin(0));
      Node node = Node.open(options, List.of(new Wallet.Bundle()));
      nodes.add(node);
      until("it takes writes", () -> deposit(node, "k") instanceof Outcome.Done);
      Shard before = shard(node);
      disk.fill();
      // There is room in the log, which is filled with zeros ahead of time, and none for a table.
      for (int i = 0; !before.storeFailed(); i++) {
        assertThat(i).as("writes until one is not stored").isLessThan(1_000);
        before.snapshotWanted();
        deposit(node, "full-" + i);
      }
      disk.empty();
      until("it takes writes again", () -> deposit(node, "k2") instanceof Outcome.Done);
      assertThat(shard(node)).isNotSameAs(before);
      assertThat(deposit(node, "k"))
          .isInstanceOfSatisfying(Outcome.Done.class, done -> assertThat(done.replayed()).isTrue());
      closeNodes();
    }
  }

  /** All of them hold the same, and the groups know it. */
  private static boolean settled(Node... all) {
    return deposit(all[0], "k") instanceof Outcome.Done
        && same(0, all)
        && same(ClusterMap.SYSTEM_SHARD, all);
  }

  private static boolean same(int shard, Node... all) {
    Set<ShardState.StateHash> hashes = new HashSet<>();
    for (Node node : all) {
      Shard here = node.replicas().get(shard);
      Membership membership = node.replicas().membership(shard);
      if (here == null || membership == null || membership.members().size() != all.length) {
        return false;
      }
      hashes.add(here.parts().state().hash());
    }
    return hashes.size() == 1;
  }

  private static Shard shard(Node node) {
    return Objects.requireNonNull(node.replicas().get(0));
  }

  /** What stands in each term file of a node. */
  private static Map<Path, String> terms(Path data) throws IOException {
    Map<Path, String> terms = new TreeMap<>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(one -> one.endsWith("raft-meta")).toList()) {
        terms.put(file, Files.readString(file));
      }
    }
    return terms;
  }

  private static Outcome deposit(Node node, String key) {
    return node.entities()
        .execute(
            new EntityCommand(
                new EntityAddress("default", "wallet", "w"),
                Objects.requireNonNull(node.types().find("wallet")).body(new Wallet.Deposit(5)),
                key,
                EntityCommand.Precondition.NONE,
                new CallContext(
                    "tester", "", Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(5))));
  }
}
