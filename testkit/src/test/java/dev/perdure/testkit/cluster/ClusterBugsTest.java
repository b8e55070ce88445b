package dev.perdure.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.BankWorkload;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way of making a cluster wrong is noticed. */
class ClusterBugsTest {

  private static final int SEEDS_MAX = 40;

  @ParameterizedTest
  @EnumSource
  void catchesBugsOfTheCluster(ClusterBug bug) {
    caught(new ClusterRun.Options(EnumSet.of(bug), Set.of(), 0));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"NO_FENCE", "SEQUENCE_HOLE"})
  void catchesBugsOfTheFence(PlantedBug bug) {
    caught(new ClusterRun.Options(Set.of(), EnumSet.of(bug), 0));
  }

  private static void caught(ClusterRun.Options options) {
    ClusterRun.Result result = null;
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      result = ClusterRun.of(seed, new BankWorkload(), options);
      if (result.violation() != null) {
        break;
      }
    }

    assertThat(result.violation()).as("%s after %d seeds", options, result.seed()).isNotNull();
    System.out.printf(
        "%s%s seed %d  %s: %s%n",
        options.bugs(),
        options.shardBugs(),
        result.seed(),
        result.violation().checker().words(),
        result.violation().detail());
  }
}
