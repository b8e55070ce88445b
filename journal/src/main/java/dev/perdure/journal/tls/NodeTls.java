package dev.perdure.journal.tls;

import dev.perdure.kernel.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A node's identity towards other nodes, and its judgement of theirs, always by the newest good
 * files: they may be exchanged while the node runs. Files that cannot be used are logged, and what
 * was read before stays in use. Thread-safe.
 *
 * <p>Both managers look at the files when a handshake uses them, at most once a second. What is
 * trusted: see {@link #trustManager}. Connections that stand are not broken by an exchange.
 */
public final class NodeTls {

  private final Generations generations;
  private final Refusals refusals;
  private final X509ExtendedKeyManager keyManager;
  private final X509ExtendedTrustManager trustManager;

  private NodeTls(Generations generations, Supplier<@Nullable UUID> cluster, Clock clock) {
    this.generations = generations;
    this.refusals = new Refusals(clock);
    this.keyManager = new NodeKeyManager(generations);
    this.trustManager = new PeerTrustManager(generations, cluster, refusals);
  }

  /**
   * Reads the files.
   *
   * @param cluster the id of this node's cluster; null while it is not known, then any is accepted
   * @throws TlsFileException if they cannot be used; the message says what to do
   */
  public static NodeTls open(NodeCertificates files, Supplier<@Nullable UUID> cluster, Clock clock)
      throws TlsFileException {
    return new NodeTls(new Generations(files, clock), cluster, clock);
  }

  /** Presents this node's certificate, as a server and as a client. */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /**
   * Trusts a peer whose certificate an authority signed, is valid, is made for its use (server,
   * client), and names no other cluster ({@link ClusterUri}).
   *
   * <p>That a server's certificate is made for the host it was called by is checked if the caller
   * asks for it (endpoint identification HTTPS), as gRPC does. Every connection is judged: sessions
   * are not resumed. Revocation lists are not read; to exclude a node, change the authority.
   */
  public X509ExtendedTrustManager trustManager() {
    return trustManager;
  }

  /**
   * Looks at the files now.
   *
   * @return true if they were exchanged and what they hold is in use from now on; if false, {@link
   *     #problem} tells whether they are as before or cannot be used
   */
  public boolean reload() {
    return generations.reload();
  }

  /** What was wrong with the files at the last look; empty if they are the ones in use. */
  public Optional<String> problem() {
    return Optional.ofNullable(generations.problem());
  }

  /** When the certificate in use expires. */
  public Instant expires() {
    return generations.newest().credentials().expires();
  }

  /** Peers refused since the start. */
  public long refusals() {
    return refusals.count();
  }
}
