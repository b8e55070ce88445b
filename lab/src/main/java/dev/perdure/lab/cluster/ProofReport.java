package dev.perdure.lab.cluster;

import java.util.List;

/**
 * What a proof showed.
 *
 * @param held true if every check of every combination did, and at least one was run
 * @param nodes of the cluster
 */
public record ProofReport(boolean held, int nodes, List<CombinationReport> combinations) {

  static ProofReport of(int nodes, List<CombinationReport> combinations) {
    boolean any = combinations.stream().anyMatch(one -> one.skipped().isEmpty());
    boolean all = combinations.stream().allMatch(CombinationReport::held);
    return new ProofReport(any && all, nodes, List.copyOf(combinations));
  }
}
