package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.testkit.Simulation;
import dev.perdure.testkit.SimulationTest;
import dev.perdure.testkit.bank.BankWorkload;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationOfThisRuntimeTest {

  /** Rare states without which fifty green seeds would mean little. */
  private static final List<Probe> MUST_BE_REACHED =
      List.of(
          Probe.CRASH_INSIDE_A_STEP,
          Probe.APPEND_LOST,
          Probe.APPEND_LATE,
          Probe.APPEND_FAILED_BUT_KEPT,
          Probe.TAIL_TRUNCATED,
          Probe.SNAPSHOT_CUT_OFF,
          Probe.APPLIED_DURING_A_STEP,
          Probe.REDECIDED,
          Probe.FENCE_REJECTED_HOLE,
          Probe.FENCE_REJECTED_OLD_EPOCH,
          Probe.REPLAYED_OVER_NEWER_STORE,
          Probe.STARTED_WITH_UNREAD_OPERATIONS,
          Probe.EXECUTED_ANEW_AFTER_RETENTION,
          Probe.BARE_ROW_EXPIRED,
          Probe.REPEATED_WHILE_IN_FLIGHT,
          Probe.QUOTA_REACHED,
          Probe.QUARANTINED);

  @SimulationTest(workload = BankWorkload.class, seeds = 50)
  void keepsEveryPromiseUnderFaults(Simulation simulation) {
    Summary summary = simulation.run();

    System.out.println(summary.text());
    assertThat(summary.probes().never()).doesNotContainAnyElementsOf(MUST_BE_REACHED);
  }

  @Test
  void runsTheSameForTheSameSeed() {
    for (long seed = 1001; seed < 1004; seed++) {
      Run.Result once = Run.of(seed, new BankWorkload(), Run.Options.DEFAULT);
      Run.Result again = Run.of(seed, new BankWorkload(), Run.Options.DEFAULT);

      assertThat(again.trace().lines()).isEqualTo(once.trace().lines());
      assertThat(again.trace().hash()).isEqualTo(once.trace().hash());
    }
  }
}
