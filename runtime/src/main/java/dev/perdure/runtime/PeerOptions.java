package dev.perdure.runtime;

import dev.perdure.journal.link.Tls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node is one of several.
 *
 * @param name for people
 * @param host address on which it listens for other nodes
 * @param port the port
 * @param address host and port under which the others reach it
 * @param seeds addresses of nodes of the cluster that it joins; empty to be the first of a new one
 * @param zone what fails together with it; empty if that is not known
 * @param deadAfter how long a node may be silent before its replicas are put elsewhere
 * @param tls how nodes know each other; null to talk in the clear
 */
public record PeerOptions(
    String name,
    String host,
    int port,
    String address,
    List<String> seeds,
    String zone,
    Duration deadAfter,
    @Nullable Tls tls) {

  public PeerOptions {
    seeds = List.copyOf(seeds);
  }
}
