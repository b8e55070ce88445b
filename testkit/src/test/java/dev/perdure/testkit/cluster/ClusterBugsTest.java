package dev.perdure.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.BankWorkload;
import dev.perdure.testkit.check.Checker;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way of making a cluster wrong is noticed, by the checkers made for it. */
class ClusterBugsTest {

  private static final int SEEDS_MAX = 40;

  /** A seed a little before the one that was first seen to catch it: to save time. */
  private static long first(ClusterBug bug) {
    return switch (bug) {
      case LEASE_NEVER_ENDS -> 20;
      case ERASED_MEMBER_VOTES -> 30;
      case RAISED_UNASKED -> 44;
      case INSTALLED_WITHOUT_TOTALS, COPIED_UNSEALED, BUILD_TOLD_EARLY, SLOTS_MOVED_EARLY -> 1;
    };
  }

  private static Set<Checker> noticedBy(ClusterBug bug) {
    return switch (bug) {
      case LEASE_NEVER_ENDS -> Set.of(Checker.LINEARIZABILITY);
      case ERASED_MEMBER_VOTES ->
          Set.of(Checker.ASSERTION, Checker.ACKNOWLEDGED, Checker.REPLICAS_EQUAL);
      case INSTALLED_WITHOUT_TOTALS, COPIED_UNSEALED ->
          Set.of(Checker.FACTS, Checker.REPLICAS_EQUAL, Checker.ASSERTION);
      case RAISED_UNASKED, BUILD_TOLD_EARLY, SLOTS_MOVED_EARLY -> Set.of(Checker.LEVEL);
    };
  }

  @ParameterizedTest
  @EnumSource
  void catchesBugsOfTheCluster(ClusterBug bug) {
    caught(first(bug), new ClusterRun.Options(EnumSet.of(bug), Set.of(), 0), noticedBy(bug));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"NO_FENCE", "SEQUENCE_HOLE", "LEADERSHIP_NOT_CONFIRMED"})
  void catchesBugsOfTheShard(PlantedBug bug) {
    boolean read = bug == PlantedBug.LEADERSHIP_NOT_CONFIRMED;
    caught(
        read ? 30 : 14,
        new ClusterRun.Options(Set.of(), EnumSet.of(bug), 0),
        Set.of(read ? Checker.LINEARIZABILITY : Checker.ASSERTION));
  }

  private static void caught(long first, ClusterRun.Options options, Set<Checker> by) {
    ClusterRun.Result result = null;
    for (long seed = first; seed < first + SEEDS_MAX; seed++) {
      result = ClusterRun.of(seed, new BankWorkload(), options);
      if (result.violation() != null) {
        break;
      }
    }

    assertThat(result.violation()).as("%s after %d seeds", options, SEEDS_MAX).isNotNull();
    assertThat(result.violation().checker()).as(ClusterSummary.failure(result, options)).isIn(by);
  }
}
