package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads with a bound on their age, on three nodes. */
class BoundedReadTest {

  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  @TempDir private Path directory;
  private ClusterNodes nodes;

  private List<RunningNode> three() {
    nodes = new ClusterNodes(directory, 3);
    RunningNode first = nodes.start(1, List.of());
    first.until(() -> first.node().health().writes());
    List<String> seeds = List.of(nodes.address(1));
    RunningNode second = nodes.start(2, seeds);
    RunningNode third = nodes.start(3, seeds);
    first.until(() -> ClusterNodes.members(first, 3));
    return List.of(first, second, third);
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  private static Entities.Aged read(RunningNode node, String id, Duration bound) {
    long deadlineNs = node.node().clock().monotonicNs() + DEADLINE.toNanos();
    CallContext context = new CallContext("tester", "", deadlineNs);
    return node.node().entities().read(RunningNode.address(id), context, bound);
  }

  private static int shardOf(RunningNode node, String id) {
    return node.node().peers().view().shardOf(RunningNode.address(id));
  }

  private static RunningNode follower(List<RunningNode> all, String id) {
    return all.stream()
        .filter(one -> !one.node().leads(shardOf(one, id)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void followerAnswersByItselfAndNeverWithLessThanItsBoundAllows() {
    List<RunningNode> all = three();
    RunningNode.text(all.getFirst().run("a", new Wallet.Deposit(5), "k1"));
    RunningNode follower = follower(all, "a");

    // The first read finds nothing proven: the leader answers it, and is asked where it stands.
    assertThat(RunningNode.text(read(follower, "a", BOUND).outcome())).endsWith("@1");
    follower.until(() -> !read(follower, "a", BOUND).staleness().isZero());
    for (int amount = 2; amount < 40; amount++) {
      all.getFirst().run("a", new Wallet.Deposit(1), "k" + amount);
      long answeredNs = follower.node().clock().monotonicNs();
      Entities.Aged aged = read(follower, "a", BOUND);
      assertThat(aged.staleness()).isLessThanOrEqualTo(BOUND);
      long version = ((Outcome.Done) aged.outcome()).version();
      boolean beforeTheWrite =
          follower.node().clock().monotonicNs() - aged.staleness().toNanos() < answeredNs;
      assertThat(beforeTheWrite || version == amount)
          .as("version %d after %d writes, staleness %s", version, amount, aged.staleness())
          .isTrue();
    }
    Entities.Aged nobody = read(follower, "nobody", BOUND);
    assertThat(nobody.outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ProblemCode.NOT_FOUND));
  }

  @Test
  void aReplicaThatIsCutOffAnswersNoLongerThanItsBound() {
    List<RunningNode> all = three();
    RunningNode.text(all.getFirst().run("a", new Wallet.Deposit(5), "k1"));
    RunningNode left = follower(all, "a");
    left.until(() -> !read(left, "a", BOUND).staleness().isZero());

    all.stream().filter(one -> one != left).forEach(nodes::stop);
    long cutOffNs = left.node().clock().monotonicNs();
    left.until(() -> read(left, "a", BOUND).outcome() instanceof Outcome.Failed);
    long refusedNs = left.node().clock().monotonicNs();
    for (int i = 0; i < 3; i++) {
      Entities.Aged refused = read(left, "a", BOUND);
      assertThat(refused.outcome())
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed ->
                  assertThat(failed.code())
                      .isIn(ProblemCode.NO_LEADER, ProblemCode.DEADLINE_EXCEEDED));
    }
    // The last read may have begun just within the bound of the last proof.
    assertThat(Duration.ofNanos(refusedNs - cutOffNs))
        .isLessThan(BOUND.plus(DEADLINE).plus(DEADLINE));
    assertThat(
            RunningNode.text(
                left.node().entities().read(RunningNode.address("a"), left.context(), true)))
        .as("without a bound it still says what it has")
        .endsWith("@1");
  }
}
