package dev.perdure.lab.cluster;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a proof showed.
 *
 * @param held true if every check of every combination did, and at least one was run
 * @param ended when, in UTC
 * @param nodes of the cluster
 */
public record ProofReport(
    boolean held, String ended, Machine machine, int nodes, List<CombinationReport> combinations) {

  /** Where it was shown. */
  public record Machine(String java, String system, int processors) {

    static Machine here() {
      return new Machine(
          Runtime.version().toString(),
          System.getProperty("os.name") + " " + System.getProperty("os.version"),
          Runtime.getRuntime().availableProcessors());
    }
  }

  static ProofReport of(int nodes, List<CombinationReport> combinations) {
    boolean any = combinations.stream().anyMatch(one -> one.skipped().isEmpty());
    boolean all = combinations.stream().allMatch(CombinationReport::held);
    return new ProofReport(
        any && all,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Machine.here(),
        nodes,
        List.copyOf(combinations));
  }
}
