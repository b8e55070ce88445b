package dev.perdure.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.testkit.bank.BankWorkload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole clusters keep every promise under partitions, crashes, losses and changes of members. */
class ClusterSimulationTest {

  private static final int SEEDS = 16;

  /** Without these the seeds above would mean little. */
  private static final List<ClusterProbe> MUST_BE_REACHED =
      List.of(
          ClusterProbe.CRASH_INSIDE_A_STEP,
          ClusterProbe.FROZEN,
          ClusterProbe.SLOW_DISK,
          ClusterProbe.DISK_EMPTIED,
          ClusterProbe.BUILD_CHANGED,
          ClusterProbe.RAISED,
          ClusterProbe.TAIL_TRUNCATED,
          ClusterProbe.READ_UNDER_LEASE,
          ClusterProbe.READ_CONFIRMED,
          ClusterProbe.MEMBER_ADDED,
          ClusterProbe.MEMBER_REMOVED,
          ClusterProbe.LOST_REPLICA_REPLACED,
          ClusterProbe.LEFT_BEHIND,
          ClusterProbe.SNAPSHOT_FETCHED,
          ClusterProbe.LOST_ENTRIES_SEEN);

  @Test
  void keepsEveryPromiseUnderFaultsAndChanges() {
    ClusterSummary summary = new ClusterSummary();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ClusterRun.Result result =
          ClusterRun.of(seed, new BankWorkload(), ClusterRun.Options.DEFAULT);
      summary.add(result);
      assertThat(result.violation())
          .as(() -> ClusterSummary.failure(result, ClusterRun.Options.DEFAULT))
          .isNull();
    }
    System.out.println(summary.text());
    assertThat(summary.never()).doesNotContainAnyElementsOf(MUST_BE_REACHED);
  }

  @Test
  void runsTheSameForTheSameSeed() {
    ClusterRun.Result once = ClusterRun.of(1001, new BankWorkload(), ClusterRun.Options.DEFAULT);
    ClusterRun.Result again = ClusterRun.of(1001, new BankWorkload(), ClusterRun.Options.DEFAULT);

    assertThat(again.trace().lines()).isEqualTo(once.trace().lines());
    assertThat(again.trace().hash()).isEqualTo(once.trace().hash());
  }
}
