package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sagas, their children, timers and signals in slots that go from shard to shard, under crashes.
 */
class MovingSagasTest {

  private static final int SEEDS = 6;
  private static final int SEEDS_MAX = 30;

  private static String run(MovingSagas run, long seed) {
    try {
      return run.run();
    } catch (AssertionError | RuntimeException e) {
      return "seed " + seed + ": " + e;
    }
  }

  @Test
  void everySagaEndsWhereverItIs() {
    MovingSlots.Counts all = new MovingSlots.Counts();
    Probes probes = new Probes();
    for (long seed = 1; seed <= SEEDS; seed++) {
      MovingSagas run = new MovingSagas(seed, Set.of());
      assertThat(run.run()).as("seed %d", seed).isEmpty();
      all.add(run.counts());
      probes.add(run.counted());
    }
    System.out.println(all);
    assertThat(all.moves).isGreaterThan(2L * SEEDS);
    assertThat(all.crashes).isGreaterThan(SEEDS);
    assertThat(all.kept).isPositive();
    assertThat(probes.count(Probe.SAGA_COMPLETED)).isGreaterThan(4L * SEEDS);
    assertThat(probes.count(Probe.SAGA_COMPENSATED)).isGreaterThan(4L * SEEDS);
    assertThat(probes.count(Probe.CHILD_STARTED)).isGreaterThan(4L * SEEDS);
    assertThat(probes.count(Probe.DECISION_TAKEN)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"FREEZE_SEEN_LATE", "INTENT_NOT_RECORDED", "SLEEP_CUT_SHORT"})
  void catchesAndDoesSoAgain(PlantedBug bug) {
    String found = "";
    MovingSagas run = null;
    long seed = 0;
    while (found.isEmpty() && seed < SEEDS_MAX) {
      run = new MovingSagas(++seed, EnumSet.of(bug));
      found = run(run, seed);
    }
    System.out.printf("%-24s seed %d: %s%n", bug, seed, found);
    assertThat(found).as("%s after %d seeds", bug, SEEDS_MAX).isNotEmpty();
    MovingSagas again = new MovingSagas(seed, EnumSet.of(bug));
    assertThat(run(again, seed)).isEqualTo(found);
    assertThat(again.traced()).isEqualTo(run.traced());
  }
}
