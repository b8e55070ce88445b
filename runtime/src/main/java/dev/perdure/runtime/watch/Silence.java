package dev.perdure.runtime.watch;

/**
 * How long another node of the cluster has not answered.
 *
 * @param node its name; empty if there is no other
 * @param ns since its last answer, or since this node looks
 * @param others how many there are
 * @param silent how many of them are silent for longer than a node may be
 */
public record Silence(String node, long ns, int others, int silent) {

  /** A node that did not answer for so long does not answer. */
  public static final long BOUND_NS = 5_000_000_000L;

  /** There is no other node. */
  public static final Silence NONE = new Silence("", 0, 0, 0);
}
