package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.TransferWorkload;
import dev.perdure.testkit.check.Checker;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sagas and queues, driven and given away by the production code, while machines stop at any step,
 * leaders change, appends are lost, clocks jump, calls fail and hang, clients signal and cancel at
 * any moment, and workers are late or not heard of again.
 */
class SagaSimulationTest {

  private static final int SEEDS = 40;
  private static final int SEEDS_MAX = 100;
  private static final long FAULTS_NS = 6_000_000_000L;

  private static Run.Result run(long seed, Set<PlantedBug> bugs) {
    return Run.of(seed, new TransferWorkload(), new Run.Options(bugs, FAULTS_NS));
  }

  @Test
  void everySagaEndsAndEveryMessageIsDoneOrDead() {
    Summary summary = new Summary();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run.Result result = run(seed, Set.of());
      summary.add(result);
      assertThat(result.violation()).as(Summary.failure(result, Set.of())).isNull();
    }

    System.out.println(summary.text());
    assertThat(summary.probes().count(Probe.SAGA_COMPLETED)).isGreaterThan(3L * SEEDS);
    assertThat(summary.probes().count(Probe.SAGA_COMPENSATED)).isGreaterThan(3L * SEEDS);
    assertThat(summary.probes().count(Probe.MESSAGE_DONE)).isGreaterThan(5L * SEEDS);
    assertThat(summary.probes().count(Probe.MESSAGE_LEASED_AGAIN)).isGreaterThan(SEEDS);
    assertThat(summary.probes().never())
        .doesNotContain(
            Probe.CRASH_INSIDE_A_STEP,
            Probe.LEADER_DEPOSED,
            Probe.APPEND_LOST,
            Probe.REDECIDED,
            Probe.CLOCK_JUMPED_AHEAD,
            Probe.CLOCK_JUMPED_BACK,
            Probe.DEPENDENCY_FAILED,
            Probe.DEPENDENCY_ANSWER_LOST,
            Probe.DEPENDENCY_HUNG,
            Probe.DEPENDENCY_CALLED_TWICE,
            Probe.SAGA_PARKED,
            Probe.MESSAGE_DEAD);
  }

  @Test
  void runsTheSameForTheSameSeed() {
    Run.Result once = run(1003, Set.of());
    Run.Result again = run(1003, Set.of());

    assertThat(again.trace().lines()).isEqualTo(once.trace().lines());
    assertThat(again.trace().hash()).isEqualTo(once.trace().hash());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {
        "INTENT_NOT_RECORDED",
        "RESULT_RECORDED_TWICE",
        "UNDO_FORGOTTEN",
        "UNDO_IN_ORDER",
        "UNDONE_ON_A_GUESS",
        "ID_OF_EACH_ATTEMPT",
        "DUE_HEARD_ONCE",
        "BEGUN_SAID_EARLY",
        "SLEEP_CUT_SHORT",
        "LEASE_GIVEN_UNRECORDED",
        "LEASE_NEVER_OVER",
        "REPLY_NOT_DELIVERED"
      })
  void catches(PlantedBug bug) {
    Run.Result result = null;
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
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
  }

  private static Set<Checker> noticedBy(PlantedBug bug) {
    return switch (bug) {
      case DUE_HEARD_ONCE, LEASE_NEVER_OVER -> Set.of(Checker.PROGRESS);
      case LEASE_GIVEN_UNRECORDED, REPLY_NOT_DELIVERED -> Set.of(Checker.QUEUES);
      default -> Set.of(Checker.SAGAS);
    };
  }
}
