package dev.perdure.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Membership;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.Wallet;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two or three nodes in this process, with what only their own replicas show. */
class TwoNodesTest {

  private static final long MORE_THAN_ANY_DISK = 1L << 60;

  @TempDir Path directory;

  private Node open(String name, Limits limits, List<String> seeds, int port) throws IOException {
    PeerOptions peers =
        new PeerOptions(
            name, "127.0.0.1", port, "127.0.0.1:" + port, seeds, "", Duration.ofMinutes(5), null);
    Path data = Files.createDirectories(directory.resolve(name));
    return Node.open(
        NodeOptions.of(data).withShards(1).withLimits(limits).withPeers(peers),
        List.of(new Wallet.Bundle()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void until(BooleanSupplier condition) {
    long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void leadershipMovesAwayFromANodeWhoseDiskIsFull() throws IOException {
    int port = freePort();
    Limits full = Limits.defaults().withDiskFreeBytesMin(MORE_THAN_ANY_DISK);
    try (Node one = open("n1", Limits.defaults(), List.of(), port);
        Node two = open("n2", full, List.of("127.0.0.1:" + port), freePort())) {
      until(() -> one.replicas().get(0) != null && two.replicas().get(0) != null);
      Shard there = Objects.requireNonNull(two.replicas().get(0));
      String target = Objects.requireNonNull(two.peers()).self();
      var membership = Objects.requireNonNull(one.replicas().membership(0));
      until(() -> membership.members().size() == 2 && membership.matched().containsKey(target));
      long before = there.figures().journal().term();
      until(() -> handed(membership, target));
      until(() -> there.figures().journal().term() > before);
      Shard here = Objects.requireNonNull(one.replicas().get(0));
      until(here::leads);
      assertThat(here.figures().journal().term())
          .as("the full node led and gave it up")
          .isGreaterThan(before + 1);
      assertThat(deposit(two)).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void aReadThatWaitsWhenTheMajorityIsLostIsRefusedAfterTwoSecondsAndNotAtItsDeadline()
      throws IOException {
    int port = freePort();
    try (Node one = open("n1", Limits.defaults(), List.of(), port)) {
      try (Node two = open("n2", Limits.defaults(), List.of("127.0.0.1:" + port), freePort())) {
        until(() -> one.replicas().get(0) != null && members(one) == 2 && one.leads(0));
        assertThat(deposit(two)).isInstanceOf(Outcome.Done.class);
      }
      EntityAddress wallet = new EntityAddress("default", "wallet", "w");
      long beganNs;
      Outcome read;
      do { // under its lease it may still answer
        beganNs = Clock.system().monotonicNs();
        read = one.entities().read(wallet, context(), false);
      } while (read instanceof Outcome.Done);
      long tookMs = (Clock.system().monotonicNs() - beganNs) / 1_000_000;
      assertThat(read)
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ProblemCode.NO_LEADER));
      assertThat(tookMs).isBetween(1_500L, 20_000L);
    }
  }

  @Test
  void rebuildsAReplicaFromItsLeaderAndForgetsNothing() throws Exception {
    int port = freePort();
    String first = "127.0.0.1:" + port;
    try (Node one = open("n1", Limits.defaults().withSnapshotBytes(1), List.of(), port);
        Node two = open("n2", Limits.defaults(), List.of(first), freePort())) {
      until(() -> one.replicas().get(0) != null && two.replicas().get(0) != null);
      assertThat(deposit(two)).isInstanceOf(Outcome.Done.class);
      Shard before = Objects.requireNonNull(two.replicas().get(0));
      AtomicInteger polls = new AtomicInteger();
      until(
          () -> {
            ShardFigures leader = one.figures().getFirst();
            if (leader.snapshotIndex() < leader.journal().lastIndex()) {
              if (polls.getAndIncrement() % 300 == 0) {
                deposit(two, "more-" + polls); // a snapshot stands on an entry of a shard's own
              }
              return false;
            }
            return rebuilt(two, first);
          });
      Shard after = Objects.requireNonNull(two.replicas().get(0));
      assertThat(after).isNotSameAs(before);
      until(
          () ->
              after
                  .parts()
                  .state()
                  .hash()
                  .equals(Objects.requireNonNull(one.replicas().get(0)).parts().state().hash()));
      assertThat(deposit(two))
          .isInstanceOfSatisfying(Outcome.Done.class, done -> assertThat(done.replayed()).isTrue());
    }
  }

  @Test
  void aReplicaThatIsOpenIsNotBroughtUpAgainBecauseItOnceWasNot() throws Exception {
    int port = freePort();
    try (Node one = open("n1", Limits.defaults(), List.of(), port);
        Node two = open("n2", Limits.defaults(), List.of("127.0.0.1:" + port), freePort())) {
      until(() -> one.replicas().get(0) != null && members(one) == 2);
      assertThat(deposit(two)).isInstanceOf(Outcome.Done.class);
      Shard open = Objects.requireNonNull(two.replicas().get(0));
      Objects.requireNonNull(two.peers()).unfinished(0);
      long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(4);
      while (Clock.system().monotonicNs() < endNs) {
        assertThat(two.replicas().get(0)).isSameAs(open);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void aReplicaWhoseFactsDifferIsFoundAndReplaced() throws Exception {
    int port = freePort();
    List<String> first = List.of("127.0.0.1:" + port);
    int secondPort = freePort();
    Limits often = Limits.defaults().withSnapshotBytes(1);
    try (Node one = open("n1", often, List.of(), port);
        Node three = open("n3", often, first, freePort())) {
      try (Node two = open("n2", often, first, secondPort)) {
        until(() -> members(one) == 3 && deposit(two) instanceof Outcome.Done);
        until(() -> two.figures().getFirst().snapshotIndex() >= 0);
      }
      plantWrongTotal(directory.resolve("n2"));
      try (Node two = open("n2", often, first, secondPort)) {
        Shard wrong = Objects.requireNonNull(two.replicas().get(0));
        assertThat(hash(wrong)).isNotEqualTo(hash(one.replicas().get(0)));
        until(
            () -> {
              Shard now = two.replicas().get(0);
              return now != null
                  && now != wrong
                  && hash(now).equals(hash(one.replicas().get(0)))
                  && hash(now).equals(hash(three.replicas().get(0)));
            });
        assertThat(wrong.health().state()).isEqualTo(NodeHealth.State.FAILED);
        assertThat(deposit(two))
            .isInstanceOfSatisfying(
                Outcome.Done.class, done -> assertThat(done.replayed()).isTrue());
      }
    }
  }

  private static int members(Node node) {
    return Objects.requireNonNull(node.replicas().membership(0)).members().size();
  }

  private static ShardState.StateHash hash(@Nullable Shard shard) {
    return Objects.requireNonNull(shard).parts().state().hash();
  }

  /** Makes the sums that a replica keeps over its facts wrong, in its files. */
  private static void plantWrongTotal(Path data) throws IOException {
    try (NativeMemory memory = new NativeMemory(16 << 20);
        RocksStateStore store =
            RocksStateStore.open(data.resolve("shards").resolve("0").resolve("state"), memory)) {
      Totals totals = Totals.read(Objects.requireNonNull(store.get(Keys.totals())));
      totals.add(0, 12_345);
      StoreBatch batch = new StoreBatch();
      batch.put(Keys.totals(), totals.toBytes());
      store.write(batch);
    }
  }

  /** False while the leader's newest snapshot is older than what this replica has promised. */
  private static boolean rebuilt(Node node, String from) {
    try {
      node.replicas().rebuild(0, from);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** False while the change of members that came before is not over. */
  private static boolean handed(Membership membership, String to) {
    try {
      membership.transfer(to, Duration.ofSeconds(5)).toCompletableFuture().join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  private static Outcome deposit(Node node) {
    return deposit(node, "k");
  }

  private static Outcome deposit(Node node, String key) {
    return node.entities()
        .execute(
            new EntityCommand(
                new EntityAddress("default", "wallet", "w"),
                Objects.requireNonNull(node.types().find("wallet")).body(new Wallet.Deposit(5)),
                key,
                EntityCommand.Precondition.NONE,
                context()));
  }

  private static CallContext context() {
    return new CallContext(
        "tester", "", Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60));
  }
}
