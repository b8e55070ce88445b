package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.TransferWorkload;
import dev.perdure.testkit.check.Checker;
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

  private static final int SEEDS = 30;
  private static final int SEEDS_MAX = 100;

  private static final Seeds OF = new Seeds(TransferWorkload::new);

  @Test
  void everySagaEndsAndEveryMessageIsDoneOrDead() {
    Summary summary = OF.hold(SEEDS);

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
            Probe.DEPENDENCY_CALLED_TWICE);
  }

  @Test
  void runsTheSameForTheSameSeed() {
    OF.repeat(1003);
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
    // A command that is given up while nobody knows its outcome is rare: near here it is.
    long first = bug == PlantedBug.UNDONE_ON_A_GUESS ? 30 : 1;
    OF.catches(bug, first, SEEDS_MAX, noticedBy(bug));
  }

  private static Set<Checker> noticedBy(PlantedBug bug) {
    return switch (bug) {
      case DUE_HEARD_ONCE, LEASE_NEVER_OVER -> Set.of(Checker.PROGRESS);
      case BEGUN_SAID_EARLY -> Set.of(Checker.PROGRESS, Checker.SAGAS);
      case LEASE_GIVEN_UNRECORDED, REPLY_NOT_DELIVERED -> Set.of(Checker.QUEUES);
      default -> Set.of(Checker.SAGAS);
    };
  }
}
