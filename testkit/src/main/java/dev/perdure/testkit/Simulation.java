package dev.perdure.testkit;

import dev.perdure.testkit.sim.Run;
import dev.perdure.testkit.sim.Summary;
import dev.perdure.testkit.sim.Workload;
import java.util.Set;

/**
 * Runs a service under simulated crashes, changes of leaders, lost appends and skewed clocks, and
 * fails if one of Perdure's promises or the workload's own rule did not hold.
 *
 * <pre>{@code
 * Simulation.of(MyWorkload::new).seeds(50).run();
 * }</pre>
 */
public final class Simulation {

  private final Maker workloads;
  private final long first;
  private final int seeds;

  /** Makes a workload; each seed gets its own. */
  @FunctionalInterface
  public interface Maker {
    Workload make();
  }

  private Simulation(Maker workloads, long first, int seeds) {
    this.workloads = workloads;
    this.first = first;
    this.seeds = seeds;
  }

  /** A simulation of 20 seeds from 1 on. */
  public static Simulation of(Maker workloads) {
    return new Simulation(workloads, 1, 20);
  }

  /** How many seeds; 20 unless told. */
  public Simulation seeds(int count) {
    return new Simulation(workloads, first, count);
  }

  /** The first seed; 1 unless told. Names the run to be repeated after a failure. */
  public Simulation from(long seed) {
    return new Simulation(workloads, seed, seeds);
  }

  /**
   * Runs the seeds.
   *
   * @return what was reached
   * @throws AssertionError for the first seed that broke a promise, with the seed and a trace
   */
  public Summary run() {
    Summary summary = new Summary();
    for (long seed = first; seed < first + seeds; seed++) {
      Run.Result result = Run.of(seed, workloads.make(), Run.Options.DEFAULT);
      summary.add(result);
      if (result.violation() != null) {
        throw new AssertionError(
            "Simulation.of(...).from("
                + seed
                + ").seeds(1) repeats this:\n"
                + Summary.failure(result, Set.of()));
      }
    }
    return summary;
  }
}
