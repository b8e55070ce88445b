package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions over two real shards on simulated disks and logs, with everybody dying at times. */
class TransactionSimulationTest {

  private static final int SEEDS = 20;
  private static final int SEEDS_MAX = 100;

  private static String run(long seed, Set<PlantedBug> bugs) {
    try {
      return new HeldPots(seed, bugs).run();
    } catch (AssertionError | RuntimeException e) {
      return "seed " + seed + ": " + e;
    }
  }

  @Test
  void areAllOrNothingWhoeverDies() {
    HeldPots.Counts all = new HeldPots.Counts();
    for (long seed = 1; seed <= SEEDS; seed++) {
      HeldPots run = new HeldPots(seed, EnumSet.noneOf(PlantedBug.class));
      assertThat(run.run()).as("seed %d", seed).isEmpty();
      all.add(run.counts());
    }
    System.out.println(all);
    assertThat(all.committed).isGreaterThan(10L * SEEDS);
    assertThat(all.rejected).isGreaterThan(SEEDS);
    assertThat(all.abandoned).isGreaterThan(SEEDS);
    assertThat(all.resolved).isGreaterThan(SEEDS);
    assertThat(all.crashes).isGreaterThan(SEEDS);
    assertThat(all.late).isGreaterThan(SEEDS);
    assertThat(all.repeated).isGreaterThan(SEEDS);
    assertThat(all.touched).isGreaterThan(SEEDS);
    assertThat(all.locked).isPositive();
  }

  @Test
  void sameSeedGivesTheSameRun() {
    HeldPots one = new HeldPots(7, EnumSet.noneOf(PlantedBug.class));
    HeldPots two = new HeldPots(7, EnumSet.noneOf(PlantedBug.class));
    assertThat(one.run()).isEqualTo(two.run());
    assertThat(one.counts()).hasToString(two.counts().toString());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"LOCK_IGNORED", "VOTE_BEFORE_PREPARED", "PREPARED_AFTER_COMMIT", "ABORT_COMMITS"})
  void catches(PlantedBug bug) {
    String found = "";
    long seed = 0;
    while (found.isEmpty() && seed < SEEDS_MAX) {
      found = run(++seed, EnumSet.of(bug));
    }
    System.out.printf("%-24s seed %3d  %s%n", bug, seed, found);
    assertThat(found).as("%s after %d seeds", bug, SEEDS_MAX).isNotEmpty();
  }
}
