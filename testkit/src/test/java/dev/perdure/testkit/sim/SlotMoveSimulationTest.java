package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Slots go there and back between two real shards on simulated disks and logs, under crashes. */
class SlotMoveSimulationTest {

  private static final int SEEDS = 25;
  private static final int SEEDS_MAX = 100;

  private static String run(long seed, Set<PlantedBug> bugs) {
    MovingSlots run = new MovingSlots(seed, bugs);
    try {
      return run.run();
    } catch (AssertionError | RuntimeException e) {
      return "seed " + seed + ": " + e;
    }
  }

  @Test
  void keepsEveryPromiseWhileSlotsMove() {
    MovingSlots.Counts all = new MovingSlots.Counts();
    for (long seed = 1; seed <= SEEDS; seed++) {
      MovingSlots run = new MovingSlots(seed, EnumSet.noneOf(PlantedBug.class));
      assertThat(run.run()).as("seed %d", seed).isEmpty();
      all.add(run.counts());
    }
    System.out.println(all);
    assertThat(all.moves).isGreaterThan(2L * SEEDS);
    assertThat(all.crashes).isGreaterThan(SEEDS);
    assertThat(all.abandoned).isGreaterThan(SEEDS);
    assertThat(all.lateRefused).isGreaterThan(SEEDS);
    assertThat(all.kept).isGreaterThan(SEEDS / 2);
    assertThat(all.copiedLive).isGreaterThan(SEEDS);
    assertThat(all.bareMoved).isPositive();
    assertThat(all.replayed).isGreaterThan(SEEDS);
    assertThat(all.clearedAgain).isPositive();
    assertThat(all.woken).isGreaterThan(5L * SEEDS);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {
        "FREEZE_SEEN_LATE",
        "ROWS_OF_ANY_ATTEMPT",
        "EXPIRY_OF_WHAT_LEFT",
        "MOVED_CHECKPOINT_NOT_SUBTRACTED"
      })
  void catches(PlantedBug bug) {
    String found = "";
    for (long seed = 1; seed <= SEEDS_MAX && found.isEmpty(); seed++) {
      found = run(seed, EnumSet.of(bug));
    }
    System.out.printf("%-24s %s%n", bug, found);
    assertThat(found).as("%s after %d seeds", bug, SEEDS_MAX).isNotEmpty();
  }
}
