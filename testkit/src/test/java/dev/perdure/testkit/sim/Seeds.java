package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.Violation;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** Runs of one workload, seed by seed. */
record Seeds(Supplier<Workload> workload) {

  Run.Result run(long seed, Set<PlantedBug> bugs) {
    return Run.of(seed, workload.get(), new Run.Options(bugs, 0));
  }

  /** The first so many seeds, all of which hold. */
  Summary hold(int count) {
    Summary summary = new Summary();
    for (long seed = 1; seed <= count; seed++) {
      Run.Result result = run(seed, Set.of());
      summary.add(result);
      assertThat(result.violation()).as(Summary.failure(result, Set.of())).isNull();
    }
    System.out.println(summary.text());
    return summary;
  }

  /** The same seed gives the same run. */
  void repeat(long seed) {
    same(run(seed, Set.of()), run(seed, Set.of()));
  }

  /**
   * A planted bug is caught by one of so many seeds, and by the same seed in the same way again.
   *
   * @param by whoever of the checkers may notice it
   */
  void catches(PlantedBug bug, long first, int count, Set<Checker> by) {
    Set<PlantedBug> bugs = EnumSet.of(bug);
    Run.Result result = run(first, bugs);
    while (result.violation() == null && result.seed() < first + count - 1) {
      result = run(result.seed() + 1, bugs);
    }
    assertThat(result.violation()).as("%s after seed %d", bug, result.seed()).isNotNull();
    Violation violation = Objects.requireNonNull(result.violation());
    System.out.printf(
        "%-24s seed %3d  %-13s %s%n",
        bug, result.seed(), violation.checker().words(), violation.detail());
    assertThat(violation.checker()).as(Summary.failure(result, bugs)).isIn(by);
    Run.Result again = run(result.seed(), bugs);
    assertThat(again.violation()).isEqualTo(violation);
    same(result, again);
  }

  private static void same(Run.Result one, Run.Result other) {
    assertThat(other.trace().lines()).isEqualTo(one.trace().lines());
    assertThat(other.trace().hash()).isEqualTo(one.trace().hash());
  }
}
