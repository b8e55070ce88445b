package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.FamilyWorkload;
import dev.perdure.testkit.check.Checker;
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

  private static final Seeds OF = new Seeds(FamilyWorkload::new);

  @Test
  void whatASagaHasDoneByAnotherIsDoneOnceOrUndone() {
    Summary summary = OF.hold(SEEDS);

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
    // That somebody decides about what went on meanwhile is rare: near here he does.
    long first = bug == PlantedBug.DECISION_UNSEEN ? 28 : 1;
    OF.catches(bug, first, SEEDS_MAX, noticedBy(bug));
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
