package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import dev.perdure.kernel.Entropy;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Views.Answer;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views on replicas of a cluster, while slots move between shards, and through a backup. */
class ViewsThatMoveTest {

  private static final int WALLETS = 60;

  @TempDir private Path directory;

  private static Service service() {
    return new Service() {
      @Override
      public String name() {
        return "wallets";
      }

      @Override
      public String version() {
        return "1";
      }

      @Override
      public List<Entity<?, ?, ?>> entities() {
        return List.of(new Wallet());
      }

      @Override
      public List<View<?, ?>> views() {
        return List.of(new ViewTest.Rich());
      }
    };
  }

  private static Views.Query everything() {
    return new Views.Query(
        "rich",
        "default",
        List.of(),
        "id",
        null,
        new Views.Extent(1_000, 1 << 20),
        Views.Bound.NONE);
  }

  private static void payAll(RunningNode node) {
    for (int i = 0; i < WALLETS; i++) {
      String wallet = "w" + i;
      node.until(60, () -> node.run(wallet, new Wallet.Deposit(1), null) instanceof Outcome.Done);
    }
  }

  /** Every row of a node's view, by id with its version. */
  private static Map<String, Long> rows(Answer.Rows answer) {
    Map<String, Long> rows = new TreeMap<>();
    for (Views.Row row : answer.rows()) {
      assertThat(rows.put(row.id(), row.version())).as("twice: %s", row.id()).isNull();
    }
    return rows;
  }

  private static Map<String, Long> answered(RunningNode node) {
    AtomicReference<Answer.Rows> rows = new AtomicReference<>();
    node.until(
        60,
        () -> {
          Answer answer = node.node().views().query(everything(), node.context());
          if (answer instanceof Answer.Rows found) {
            rows.set(found);
            return true;
          }
          ProblemCode code = ((Answer.Failed) answer).problem().code();
          assertThat(code)
              .isIn(ProblemCode.NO_LEADER, ProblemCode.VIEW_REBUILDING, ProblemCode.VIEW_BEHIND);
          return false;
        });
    return rows(rows.get());
  }

  private static boolean caughtUp(RunningNode node) {
    List<ViewFigures> figures = node.node().viewKeepers().figures();
    return !figures.isEmpty()
        && figures.stream().allMatch(one -> one.lag() == 0 && !one.rebuilding());
  }

  @Test
  void neverLackARowNorShowOneTwiceNorGoBackWhileSlotsMove() throws InterruptedException {
    try (ClusterNodes nodes = new ClusterNodes(directory, 3, ViewsThatMoveTest::service)) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      payAll(one);
      one.until(60, () -> List.of(one, two, three).stream().allMatch(ViewsThatMoveTest::caughtUp));
      one.until(60, () -> answered(three).size() == WALLETS);
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger rounds = new AtomicInteger(1);
      Thread payer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      payAll(two);
                      rounds.incrementAndGet();
                    }
                  });
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicInteger answers = new AtomicInteger();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      Map<String, Long> before = answered(three);
                      while (!over.get()) {
                        Map<String, Long> now = answered(three);
                        assertThat(now).hasSize(WALLETS);
                        before.forEach(
                            (id, version) ->
                                assertThat(now.get(id)).as(id).isGreaterThanOrEqualTo(version));
                        before = now;
                        answers.incrementAndGet();
                      }
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
      move(two, 2, 1);
      move(two, 0, 2);
      nodes.stop(one);
      move(two, 1, 3);
      over.set(true);
      payer.join();
      reader.join();
      assertThat(failure.get()).isNull();
      assertThat(answers.get()).isPositive();
      long each = rounds.get();
      for (RunningNode node : List.of(two, three)) {
        node.until(
            60,
            () ->
                answered(node).values().stream().allMatch(version -> version == each)
                    && caughtUp(node));
        assertThat(answered(node)).hasSize(WALLETS);
        node.until(90, () -> rowsStored(node) == WALLETS); // those of slots that left are deleted
      }
    }
  }

  private static long rowsStored(RunningNode node) {
    return node.node().viewKeepers().figures().stream().mapToLong(ViewFigures::rows).sum();
  }

  private static void move(RunningNode node, int to, int number) {
    var control = node.node().peers().control();
    node.until(
        60,
        () ->
            control.change(
                    new ClusterCommand.Move(List.of(new ClusterMap.Slots(0, 700)), to), "tester")
                instanceof Outcome.Done);
    node.until(
        90,
        () -> {
          ClusterMap map = node.node().peers().view().map();
          return map.lastMove() == number && map.moves().isEmpty();
        });
  }

  private RunningNode open(String name, int shards) throws IOException {
    Path data = Files.createDirectories(directory.resolve(name));
    return RunningNode.open(NodeOptions.of(data).withShards(shards), service());
  }

  @Test
  void areMadeOfWhatWasRestoredToOtherShards() throws IOException {
    Path repository = directory.resolve("backups");
    try (RunningNode node = open("here", 2)) {
      payAll(node);
      payAll(node);
      node.node().backups().start(new Backups.Request(repository, false, 1L << 40));
      node.until(60, () -> !node.node().backups().status().running());
      assertThat(node.node().backups().status().problem()).isEmpty();
    }
    Repository from = Repository.open(repository);
    var _ =
        new Restoration(from, from.newest(), new Progress())
            .to(directory.resolve("there"), 3, Entropy.system());
    assertThat(directory.resolve("there").resolve("views")).doesNotExist();
    try (RunningNode node = open("there", 3)) {
      payAll(node);
      node.until(60, () -> caughtUp(node));
      assertThat(answered(node)).hasSize(WALLETS).containsEntry("w7", 3L);
    }
  }
}
