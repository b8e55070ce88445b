package dev.perdure.runtime.watch;

import java.util.List;

/**
 * Which other nodes of the cluster do not answer.
 *
 * @param nodes that are silent for longer than a node may be, by name
 * @param ns how long the one has not answered that has not for longest
 * @param others how many there are
 */
public record Silence(List<String> nodes, long ns, int others) {

  /** A node that did not answer for so long does not answer. */
  public static final long BOUND_NS = 5_000_000_000L;

  /** There is no other node. */
  public static final Silence NONE = new Silence(List.of(), 0, 0);

  public Silence {
    nodes = List.copyOf(nodes);
  }
}
