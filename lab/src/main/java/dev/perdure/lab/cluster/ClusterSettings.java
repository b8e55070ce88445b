package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.process.PerdureCommand;
import java.nio.file.Path;

/**
 * How nodes are set up.
 *
 * @param command how {@code perdure} is started
 * @param nodes how many
 * @param joined true if they form a cluster, false if each is alone
 * @param shards of the cluster's data
 * @param folder gets a folder for each node
 * @param disks true if each node's data is on a small disk of its own
 * @param clocks true if each node has a wall clock of its own
 */
public record ClusterSettings(
    PerdureCommand command,
    int nodes,
    boolean joined,
    int shards,
    Path folder,
    boolean disks,
    boolean clocks) {

  /** Nodes with the machine's own disk and clock, and as many shards. */
  public static ClusterSettings plain(
      PerdureCommand command, int nodes, boolean joined, Path folder) {
    return new ClusterSettings(command, nodes, joined, nodes, folder, false, false);
  }
}
