package dev.perdure.lab.cluster.view;

import dev.perdure.lab.cluster.http.NodeAddress;
import java.io.IOException;

/** How to ask a node for its cluster: the one place that knows the form of the answer. */
@FunctionalInterface
public interface ClusterView {

  /**
   * Asks.
   *
   * @throws IOException if it does not say
   */
  ClusterStatus ask(NodeAddress node) throws IOException;
}
