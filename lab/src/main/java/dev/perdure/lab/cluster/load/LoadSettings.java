package dev.perdure.lab.cluster.load;

import java.time.Duration;

/**
 * How clients behave.
 *
 * @param clients how many; the checker of linearizability decides histories of up to ten
 * @param accounts in use at a time; one that has seen many operations is replaced by a new one
 * @param pause the mean time of a client between two operations
 * @param attempt how long one request may take; a node is given a little less
 * @param patience how long an operation is repeated before the client goes on to the next one
 * @param seed of what is asked
 */
public record LoadSettings(
    int clients, int accounts, Duration pause, Duration attempt, Duration patience, long seed) {

  /** Most clients. */
  public static final int CLIENTS_MAX = 10;

  /** Refuses what cannot be checked afterwards. */
  public LoadSettings {
    if (clients < 1 || clients > CLIENTS_MAX) {
      throw new IllegalArgumentException(clients + " clients; 1 to " + CLIENTS_MAX + " are needed");
    }
    if (accounts < 2) {
      throw new IllegalArgumentException(accounts + " accounts; a transfer needs two");
    }
  }

  /** Ten clients on six accounts. */
  public static LoadSettings of(long seed) {
    return new LoadSettings(
        CLIENTS_MAX, 6, Duration.ofMillis(8), Duration.ofMillis(1500), Duration.ofSeconds(8), seed);
  }
}
