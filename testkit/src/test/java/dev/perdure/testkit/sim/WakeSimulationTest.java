package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.Simulation;
import dev.perdure.testkit.SimulationTest;
import dev.perdure.testkit.check.Checker;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities are woken while machines stop, leaders change and clocks jump. */
class WakeSimulationTest {

  private static final int SEEDS_MAX = 100;

  @SimulationTest(workload = HoldWorkload.class, seeds = 16)
  void wakesEveryEntityOnceAndNeverEarly(Simulation simulation) {
    Summary summary = simulation.run();

    System.out.println(summary.text());
    assertThat(summary.probes().count(Probe.WOKEN)).isGreaterThan(1000);
    assertThat(summary.probes().count(Probe.WAKE_FAILED)).isGreaterThan(100);
    assertThat(summary.probes().never())
        .doesNotContain(
            Probe.CLOCK_JUMPED_AHEAD, Probe.LEADER_DEPOSED, Probe.REDECIDED, Probe.LIVE_STORE_LOST);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"WAKE_BY_WALL_CLOCK", "WAKE_FORGOTTEN", "WAKE_RUNS_TWICE", "WAKE_LEFT_IN_INDEX"})
  void catches(PlantedBug bug) {
    Run.Result result = null;
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      result = Run.of(seed, new HoldWorkload(), new Run.Options(EnumSet.of(bug), 0));
      if (result.violation() != null) {
        break;
      }
    }

    assertThat(result.violation()).as("%s after %d seeds", bug, result.seed()).isNotNull();
    System.out.printf(
        "%-20s seed %3d  %-8s %s%n",
        bug, result.seed(), result.violation().checker().words(), result.violation().detail());
    assertThat(result.violation().checker())
        .as(Summary.failure(result, EnumSet.of(bug)))
        .isIn(noticedBy(bug));
  }

  private static Set<Checker> noticedBy(PlantedBug bug) {
    return bug == PlantedBug.WAKE_LEFT_IN_INDEX
        ? Set.of(Checker.FACTS)
        : Set.of(Checker.WAKES, Checker.FACTS, Checker.LINEARIZABILITY, Checker.ASSERTION);
  }
}
