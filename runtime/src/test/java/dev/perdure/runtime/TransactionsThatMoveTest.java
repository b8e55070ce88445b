package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Transactions.Part;
import dev.perdure.runtime.Transactions.TransactionAnswer;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.type.EntityModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions in a cluster: over the shards of several nodes, while slots move and a node stops.
 */
class TransactionsThatMoveTest {

  private static final int WALLETS = 12;
  private static final int CALLERS = 6;
  private static final long FIRST = 1_000;

  @TempDir Path directory;

  private final Map<String, TransactionAnswer> answers = new ConcurrentHashMap<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void loseNothingThoughSlotsMoveAndALeaderStops() throws InterruptedException {
    try (ClusterNodes nodes = new ClusterNodes(directory, 3)) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      for (int i = 0; i < WALLETS; i++) {
        assertThat(two.run("w" + i, new Wallet.Deposit(FIRST), "first-" + i))
            .isInstanceOf(Outcome.Done.class);
      }
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        RunningNode asked = i % 2 == 0 ? two : three;
        int number = i;
        callers.add(Thread.startVirtualThread(() -> call(asked, number)));
      }
      two.until(30, () -> answers.size() > 30);
      assertThat(
              two.node()
                  .peers()
                  .control()
                  .change(
                      new ClusterCommand.Move(List.of(new ClusterMap.Slots(0, 700)), 2), "tester"))
          .isInstanceOf(Outcome.Done.class);
      two.until(
          60,
          () -> {
            ClusterMap map = two.node().peers().view().map();
            return map.lastMove() == 1 && map.moves().isEmpty();
          });
      int before = answers.size();
      nodes.stop(one);
      two.until(60, () -> answers.size() > before + 30);
      stop.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      two.until(30, () -> pending(two) == 0 && pending(three) == 0);

      check(two);
    }
  }

  private static long pending(RunningNode node) {
    return node.node().figures().stream().mapToLong(one -> one.wakes().pending()).sum();
  }

  /** Moves money until it is told to stop; what is not known it asks again. */
  private void call(RunningNode node, int number) {
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; !stop.get(); i++) {
      int from = random.nextInt(WALLETS);
      int to = (from + 1 + random.nextInt(WALLETS - 1)) % WALLETS;
      String key = "c" + number + "-" + i;
      TransactionAnswer answer = null;
      for (int tries = 0; !(answer instanceof TransactionAnswer.Committed) && tries < 30; tries++) {
        long deadline = node.node().clock().monotonicNs() + 2_000_000_000L;
        answer =
            node.node()
                .transactions()
                .execute(
                    key,
                    List.of(
                        part(node, from, new Wallet.Withdraw(1)),
                        part(node, to, new Wallet.Deposit(1))),
                    new CallContext("tester", "", deadline));
      }
      answers.put(key, Objects.requireNonNull(answer));
    }
  }

  private static Part part(RunningNode node, int wallet, Wallet.Command command) {
    EntityModel model = Objects.requireNonNull(node.node().types().find("wallet"));
    return new Part(address("w" + wallet), model.body(command), Precondition.NONE);
  }

  private void check(RunningNode node) {
    long sum = 0;
    Map<String, Integer> parts = new ConcurrentHashMap<>();
    for (int i = 0; i < WALLETS; i++) {
      Outcome.Done state = (Outcome.Done) node.read("w" + i);
      sum +=
          Long.parseLong(new String(state.body(), StandardCharsets.UTF_8).replaceAll("\\D+", ""));
      History.Page page =
          (History.Page) node.node().entities().history(address("w" + i), 0, 10_000);
      page.events().forEach(event -> parts.merge(event.operationId(), 1, Integer::sum));
    }
    assertThat(sum).isEqualTo(FIRST * WALLETS);
    answers.forEach(
        (key, answer) -> {
          assertThat(answer).as(key).isInstanceOf(TransactionAnswer.Committed.class);
          assertThat(parts.get("transaction:" + key)).as(key).isEqualTo(2);
        });
    System.out.println(answers.size() + " transactions");
  }
}
