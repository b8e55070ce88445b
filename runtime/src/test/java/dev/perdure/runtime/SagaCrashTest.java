package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Sagas.SagaAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers over something flaky, with nodes that stop at any moment. */
class SagaCrashTest {

  private static final int WALLETS = 10;
  private static final long EACH = 1_000;
  private static final int ROUNDS = 6;
  private static final int TRANSFERS = 40;

  @TempDir private Path directory;

  private final FlakyBank bank = new FlakyBank(25, 7);
  private final List<String> started = new ArrayList<>();

  private static void fill(RunningNode node) {
    for (int i = 0; i < WALLETS; i++) {
      node.until(20, () -> node.node().health().writes());
      assertThat(node.run("w" + i, new Wallet.Deposit(EACH), "fill"))
          .isInstanceOf(Outcome.Done.class);
    }
  }

  /** Starts some; of those that are not acknowledged nobody knows. */
  private void startSome(RunningNode node, int round, SplittableRandom random) {
    for (int i = 0; i < TRANSFERS; i++) {
      String id = "t" + round + "-" + i;
      long amount = random.nextInt(10) == 0 ? 13 : 1 + random.nextInt(400);
      int from = random.nextInt(WALLETS);
      String input =
          "{\"from\":\"w%d\",\"to\":\"w%d\",\"amount\":%d}"
              .formatted(from, (from + 1 + random.nextInt(WALLETS - 1)) % WALLETS, amount);
      SagaAnswer answer =
          node.node()
              .sagas()
              .start(
                  SagaTest.saga("transfer", id),
                  input.getBytes(StandardCharsets.UTF_8),
                  node.context());
      if (answer instanceof SagaAnswer.Seen) {
        started.add(id);
      }
    }
  }

  private void check(RunningNode node) {
    Map<Status, Integer> ends = new HashMap<>();
    for (String id : started) {
      SagaView over =
          SagaTest.seen(node.node().sagas().await(SagaTest.saga("transfer", id), node.context()));
      assertThat(over.status())
          .as("%s: %s %s", id, over.failure(), over.steps())
          .isIn(Status.COMPLETED, Status.COMPENSATED);
      ends.merge(over.status(), 1, Integer::sum);
      String check = "saga:transfer/" + id + ":check";
      String told = "saga:transfer/" + id + ":notify";
      if (over.status() == Status.COMPLETED) {
        assertThat(bank.checks).containsKey(check);
        assertThat(bank.notified).containsKey(told);
      } else {
        assertThat(bank.notified).doesNotContainKey(told);
      }
    }
    assertThat(ends).hasSize(2);
    long total = 0;
    for (int i = 0; i < WALLETS; i++) {
      String state = RunningNode.text(node.read("w" + i));
      total += Long.parseLong(state.replaceAll(".*:(-?\\d+)}.*", "$1"));
    }
    assertThat(total).isEqualTo(WALLETS * EACH);
    assertThat(bank.checks.keySet())
        .allSatisfy(id -> assertThat(started).contains(id.split("[/:]", -1)[2]));
  }

  @Test
  void everySagaEndsWhateverIsStopped() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < ROUNDS; round++) {
      try (RunningNode node =
          RunningNode.open(
              NodeOptions.of(directory), Transfers.bundle(new Transfers.Transfer(bank)))) {
        if (round == 0) {
          fill(node);
        }
        startSome(node, round, random);
        LockSupport.parkNanos(random.nextInt(300) * 1_000_000L);
        if (round == ROUNDS - 1) {
          check(node);
        }
      }
    }
  }

  @Test
  void everySagaEndsWhoeverLeads() {
    SplittableRandom random = new SplittableRandom(5);
    try (ClusterNodes nodes =
        new ClusterNodes(directory, 3, () -> Transfers.bundle(new Transfers.Transfer(bank)))) {
      RunningNode one = nodes.start(1, List.of());
      List<String> seeds = List.of(nodes.address(1));
      RunningNode two = nodes.start(2, seeds);
      RunningNode three = nodes.start(3, seeds);
      one.until(() -> ClusterNodes.members(one, 3));
      fill(two);
      List<RunningNode> all = new ArrayList<>(List.of(one, two, three));
      for (int round = 0; round < 3; round++) {
        startSome(all.get(1), round, random);
        LockSupport.parkNanos(random.nextInt(300) * 1_000_000L);
        nodes.stop(all.get(round));
        startSome(all.get((round + 1) % 3), round + 10, random);
        all.set(round, nodes.start(round + 1, seeds));
      }
      all.get(0).until(() -> all.get(0).node().health().writes());
      check(all.get(0));
    }
  }
}
