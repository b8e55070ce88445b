package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.StatementsWorkload;
import dev.perdure.testkit.check.Checker;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Subscriptions and reactions, run by the production code, while machines stop at any step, leaders
 * change, appends are lost, clocks jump, handlers fail and hang, and operators pause, rewind and
 * replay.
 */
class SubscriptionSimulationTest {

  private static final int SEEDS = 40;
  private static final int SEEDS_MAX = 100;

  private static final Seeds OF = new Seeds(StatementsWorkload::new);

  @Test
  void everyEventIsHandledInOrderAndWhatFollowsHappensOnce() {
    Summary summary = OF.hold(SEEDS);

    assertThat(summary.probes().count(Probe.EVENT_HANDED)).isGreaterThan(20L * SEEDS);
    assertThat(summary.probes().count(Probe.EVENT_HANDED_AGAIN)).isGreaterThan(5L * SEEDS);
    assertThat(summary.probes().count(Probe.DEAD_LETTER_DELIVERED)).isGreaterThan(SEEDS);
    assertThat(summary.probes().count(Probe.SAGA_COMPLETED)).isGreaterThan(SEEDS);
    assertThat(summary.probes().never())
        .doesNotContain(
            Probe.CRASH_INSIDE_A_STEP,
            Probe.LEADER_DEPOSED,
            Probe.LEADER_CUT_OFF,
            Probe.APPEND_LOST,
            Probe.LIVE_STORE_LOST,
            Probe.SLOW_APPLY,
            Probe.DEPENDENCY_FAILED,
            Probe.DEPENDENCY_HUNG,
            Probe.SUBSCRIPTION_REWOUND,
            Probe.SUBSCRIPTION_PAUSED);
  }

  @Test
  void runsTheSameForTheSameSeed() {
    OF.repeat(1003);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {
        "CURSOR_BEFORE_HANDLER",
        "CURSOR_LEFT_AHEAD",
        "REWIND_NOT_HEEDED",
        "SPLIT_BACKWARDS",
        "DEAD_AT_ONCE",
        "LETTER_NOT_DELIVERED",
        "EFFECT_OF_EACH_DELIVERY",
        "ENDS_BEFORE_ITS_SHARD"
      })
  void catchesTwiceBySameSeed(PlantedBug bug) {
    OF.catches(bug, 1, SEEDS_MAX, Set.of(noticedBy(bug)));
  }

  private static Checker noticedBy(PlantedBug bug) {
    return switch (bug) {
      case EFFECT_OF_EACH_DELIVERY -> Checker.CONSERVATION;
      case ENDS_BEFORE_ITS_SHARD -> Checker.PROGRESS;
      default -> Checker.SUBSCRIPTIONS;
    };
  }
}
