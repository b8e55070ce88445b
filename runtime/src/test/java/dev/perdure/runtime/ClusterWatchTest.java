package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Membership;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.watch.Act;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in this process; the clock of one is wrong, or its disk stalls. */
class ClusterWatchTest {

  private static final long MINUTE_MICROS = 60_000_000;

  @TempDir private Path directory;

  private static String id(RunningNode node) {
    return node.node().peers().self();
  }

  private static Shard shard(RunningNode node) {
    return Objects.requireNonNull(Inside.shard(node.node(), 0));
  }

  private static boolean writes(RunningNode node) {
    return node.run("w", new Wallet.Deposit(1), null) instanceof Outcome.Done;
  }

  private static void handTo(RunningNode from, RunningNode to) {
    Membership membership = Objects.requireNonNull(Inside.membership(from.node(), 0));
    var _ = membership.transfer(id(to), Duration.ofSeconds(2));
  }

  @Test
  void aNodeWhoseClockDiffersFromMostLeadsNothingUntilItIsRightAgain() {
    try (ClusterNodes nodes = new ClusterNodes(directory, 1)) {
      List<SetClock> clocks = List.of(new SetClock(), new SetClock(), new SetClock());
      RunningNode one = nodes.start(1, List.of(), clocks.get(0));
      RunningNode two = nodes.start(2, List.of(nodes.address(1)), clocks.get(1));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)), clocks.get(2));
      one.until(() -> ClusterNodes.members(one, 3) && one.node().leads(0) && writes(one));
      clocks.get(0).ahead(5 * MINUTE_MICROS);

      one.until(() -> !one.node().leads(0) && (two.node().leads(0) || three.node().leads(0)));
      assertThat(one.node().watch().why(Act.REFUSE_TO_LEAD))
          .contains("300.0 s ahead of")
          .contains("2 others");
      two.until(() -> writes(two));
      assertThat(two.node().watch().why(Act.REFUSE_TO_LEAD)).as("most are right").isEmpty();
      assertThat(three.node().watch().why(Act.REFUSE_TO_LEAD)).isEmpty();

      // Elected all the same it takes no command, and time does not jump.
      RunningNode leader = two.node().leads(0) ? two : three;
      one.until(
          () -> {
            if (leader.node().leads(0)) {
              handTo(leader, one);
            }
            return shard(one).figures().journal().role() == JournalStatus.Role.LEADER;
          });
      one.until(
          () -> {
            assertThat(one.node().leads(0)).isFalse();
            return two.node().leads(0) || three.node().leads(0);
          });
      three.until(() -> writes(three));
      assertThat(shard(three).parts().state().meta().stamp())
          .isLessThan(Clock.system().wallMicros() + MINUTE_MICROS);

      clocks.get(0).ahead(0);
      one.until(() -> one.node().watch().why(Act.REFUSE_TO_LEAD).isEmpty());
      one.until(
          () -> {
            RunningNode leads = two.node().leads(0) ? two : three;
            if (leads.node().leads(0)) {
              handTo(leads, one);
            }
            return one.node().leads(0);
          });
      one.until(() -> writes(one));
    }
  }

  @Test
  void aNodeWhoseDiskStallsHasOthersLeadAndIsInBrownoutUntilItIsFastAgain() {
    try (ClusterNodes nodes = new ClusterNodes(directory, 1)) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(() -> ClusterNodes.members(one, 3) && one.node().leads(0) && writes(one));
      Inside.slowForces(one.node(), Duration.ofMillis(1_200));
      one.until(
          () -> {
            writes(two);
            return two.node().leads(0) || three.node().leads(0);
          });
      one.until(
          () -> {
            writes(two);
            return one.node().modes().state().mode() == Mode.BROWNOUT;
          });
      assertThat(one.node().modes().state().why()).contains("forcing a log to disk takes");
      assertThat(two.node().watch().why(Act.BROWNOUT)).isEmpty();
      assertThat(three.node().watch().why(Act.BROWNOUT)).isEmpty();
      Inside.slowForces(one.node(), Duration.ZERO);
      one.until(
          () -> {
            writes(two);
            return one.node().modes().state().mode() == Mode.NORMAL;
          });
    }
  }
}
