package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.watch.Sign;
import dev.perdure.runtime.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that leads, is connected, and answers nobody: the worst of peers, because neither Raft nor
 * the connection says that it is gone.
 */
class HangingPeerTest {

  private static final int SHARDS = 3;

  /** More than may wait for a node that is silent. */
  private static final int CALLERS = 64;

  private static final Executor EACH_ITS_OWN = Thread::startVirtualThread;

  @TempDir Path directory;

  private final AtomicInteger refused = new AtomicInteger();

  private static boolean leadsOne(RunningNode node) {
    return IntStream.range(0, SHARDS).anyMatch(node.node()::leads);
  }

  /** A wallet whose shard this node leads. */
  private static String walletOf(RunningNode node, RunningNode asked) {
    var view = asked.node().peers().view();
    return IntStream.range(0, 10_000)
        .mapToObj(i -> "w" + i)
        .filter(id -> node.node().leads(view.shardOf(new EntityAddress("default", "wallet", id))))
        .findFirst()
        .orElseThrow();
  }

  private static Watch.View peer(RunningNode node) {
    return node.node().watch().views().stream()
        .filter(one -> one.sign() == Sign.PEER)
        .findFirst()
        .orElseThrow();
  }

  /** Asks under one operation id until it is done. */
  private Outcome insists(RunningNode node, String wallet, String key) {
    while (true) {
      Outcome outcome = node.run(wallet, new Deposit(1), key);
      if (outcome instanceof Outcome.Done) {
        return outcome;
      }
      if (outcome instanceof Outcome.Failed failed
          && failed.code() == ProblemCode.OVERLOADED
          && failed.detail().contains("wait for node at")) {
        refused.incrementAndGet();
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Test
  void aPeerThatHangsDoesNotSlowCommandsOfOtherShards() throws IOException {
    try (ClusterNodes nodes = new ClusterNodes(directory, SHARDS);
        HangingDoor door = new HangingDoor(nodes.address(2))) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)), door.address());
      nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      one.until(60, () -> leadsOne(one) && leadsOne(two));
      String there = walletOf(two, one);
      String here = walletOf(one, one);
      assertThat(one.run(there, new Deposit(1), "first")).isInstanceOf(Outcome.Done.class);

      door.hangs(true);
      List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        String key = "hung" + i;
        waiting.add(CompletableFuture.supplyAsync(() -> insists(one, there, key), EACH_ITS_OWN));
      }
      // Silence is known after a while; then no more than a few wait, and the others are told so.
      one.until(30, () -> refused.get() > CALLERS);
      assertThat(waiting).anyMatch(each -> !each.isDone());
      for (int i = 0; i < 50; i++) {
        assertThat(one.run(here, new Deposit(1), "here" + i)).isInstanceOf(Outcome.Done.class);
      }

      // It is said who is silent; here nothing is missing, so that nothing else changes.
      one.until(30, () -> peer(one).stands());
      assertThat(peer(one).evidence()).contains("1 of 2 other nodes");
      assertThat(one.node().modes().state().mode()).isEqualTo(Mode.NORMAL);

      door.hangs(false);
      for (CompletableFuture<Outcome> each : waiting) {
        assertThat(each.join()).isInstanceOf(Outcome.Done.class);
      }
      // Whatever each was told in between, it was done once.
      assertThat(RunningNode.text(one.read(there)))
          .startsWith("{\"balance\":" + (CALLERS + 1) + "}");
      one.until(30, () -> !peer(one).stands());
    }
  }
}
