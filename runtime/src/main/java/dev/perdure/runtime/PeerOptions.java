package dev.perdure.runtime;

import dev.perdure.journal.tls.NodeCertificates;
import dev.perdure.journal.tls.NodeTls;
import dev.perdure.journal.tls.TlsFileException;
import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
 * @param certificates how nodes know each other; null to talk in the clear
 */
public record PeerOptions(
    String name,
    String host,
    int port,
    String address,
    List<String> seeds,
    String zone,
    Duration deadAfter,
    @Nullable NodeCertificates certificates) {

  public PeerOptions {
    seeds = List.copyOf(seeds);
  }

  /**
   * This node's identity.
   *
   * @param cluster the cluster that others must belong to; null while it is not known
   * @return null if nodes talk in the clear
   * @throws StartException if the files cannot be used, saying which and why
   */
  public @Nullable NodeTls tls(@Nullable UUID cluster, Clock clock) {
    try {
      return certificates == null ? null : NodeTls.open(certificates, () -> cluster, clock);
    } catch (TlsFileException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }
}
