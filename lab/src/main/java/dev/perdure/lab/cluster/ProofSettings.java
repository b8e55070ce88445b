package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.process.PerdureCommand;
import java.nio.file.Path;

/**
 * What a proof does.
 *
 * @param command how {@code perdure} is started
 * @param nodes how many
 * @param joined true if they form a cluster; false for a node alone
 * @param shards of data; 0 for as many as nodes, so that leaders are spread and routes cross
 * @param pace of the faults
 * @param seed of what is asked, of whom faults hit and when
 * @param folder gets a folder for each combination
 */
public record ProofSettings(
    PerdureCommand command,
    int nodes,
    boolean joined,
    int shards,
    Pace pace,
    long seed,
    Path folder) {

  /**
   * How faults come.
   *
   * @param seconds of load for each combination
   * @param faults so many in each; 0 for as many as the seconds allow, but few
   * @param apart true if a fault waits until the one before has left no trace; false if it waits
   *     only until writes succeed again
   */
  public record Pace(int seconds, int faults, boolean apart) {

    /** A few faults, one on the heels of the other. */
    public static Pace of(int seconds) {
      return new Pace(seconds, 0, false);
    }
  }
}
