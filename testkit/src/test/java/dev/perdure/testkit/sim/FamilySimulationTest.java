package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.FamilyWorkload;
import dev.perdure.testkit.check.Checker;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sagas that start others and wait for them, cancelled at any moment, and people who decide about
 * parked ones by what they saw, twice, and at machines that do not lead any more.
 */
class FamilySimulationTest {

  private static final int SEEDS = 30;
  private static final int SEEDS_MAX = 60;

  private static Run.Result run(long seed, Set<PlantedBug> bugs) {
    return Run.of(seed, new FamilyWorkload(), new Run.Options(bugs, 0));
  }

  @Test
  void whatASagaHasDoneByAnotherIsDoneOnceOrUndone() {
    Summary summary = new Summary();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run.Result result = run(seed, Set.of());
      summary.add(result);
      assertThat(result.violation()).as(Summary.failure(result, Set.of())).isNull();
    }

    System.out.println(summary.text());
    Probes probes = summary.probes();
    assertThat(probes.count(Probe.SAGA_COMPLETED)).isGreaterThan(3L * SEEDS);
    assertThat(probes.count(Probe.SAGA_COMPENSATED)).isGreaterThan(3L * SEEDS);
    assertThat(probes.count(Probe.CHILD_STARTED)).isGreaterThan(3L * SEEDS);
    assertThat(probes.count(Probe.CHILD_TURNED_BACK)).isGreaterThan(SEEDS);
    assertThat(probes.count(Probe.CHILD_NEVER_RAN)).isPositive();
    assertThat(probes.count(Probe.DECISION_TAKEN)).isGreaterThan(SEEDS / 2);
    assertThat(probes.count(Probe.DECISION_REFUSED)).isPositive();
    assertThat(probes.never())
        .doesNotContain(
            Probe.CRASH_INSIDE_A_STEP, Probe.LEADER_DEPOSED, Probe.APPEND_LOST, Probe.REDECIDED);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {
        "CHILD_LEFT_ALONE",
        "CHILD_OF_EACH_ATTEMPT",
        "CHILD_TAKEN_AS_DONE",
        "DECISION_REPEATED",
        "DECISION_UNSEEN",
        "RETRIED_UNDER_OLD_ID"
      })
  void catchesAndDoesSoAgain(PlantedBug bug) {
    Run.Result result = null;
    // That somebody decides about what went on meanwhile is rare: near here he does.
    long first = bug == PlantedBug.DECISION_UNSEEN ? 28 : 1;
    for (long seed = first; seed < first + SEEDS_MAX; seed++) {
      result = run(seed, EnumSet.of(bug));
      if (result.violation() != null) {
        break;
      }
    }

    assertThat(result.violation()).as("%s after %d seeds", bug, result.seed()).isNotNull();
    System.out.printf(
        "%-24s seed %3d  %-8s %s%n",
        bug, result.seed(), result.violation().checker().words(), result.violation().detail());
    assertThat(result.violation().checker())
        .as(Summary.failure(result, EnumSet.of(bug)))
        .isIn(noticedBy(bug));
    Run.Result again = run(result.seed(), EnumSet.of(bug));
    assertThat(again.violation()).isEqualTo(result.violation());
    assertThat(again.trace().hash()).isEqualTo(result.trace().hash());
  }

  private static Set<Checker> noticedBy(PlantedBug bug) {
    return switch (bug) {
      case RETRIED_UNDER_OLD_ID -> Set.of(Checker.PROGRESS);
      case CHILD_OF_EACH_ATTEMPT, CHILD_TAKEN_AS_DONE, DECISION_UNSEEN ->
          Set.of(Checker.CONSERVATION, Checker.SAGAS);
      default -> Set.of(Checker.SAGAS);
    };
  }
}
