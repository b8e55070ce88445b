package dev.perdure.journal.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges the certificates of peers: by the newest authorities, and by the cluster that they name.
 *
 * <p>Sessions are never resumed: nobody is asked about a resumed one, so a node could go on to
 * connect for a day after its certificate expired or its authority was removed. An invalidated
 * session serves its connection, and no ticket is given out for it.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {

  private final Generations generations;
  private final Supplier<@Nullable UUID> cluster;
  private final Refusals refusals;

  PeerTrustManager(Generations generations, Supplier<@Nullable UUID> cluster, Refusals refusals) {
    this.generations = generations;
    this.cluster = cluster;
    this.refusals = refusals;
  }

  /**
   * What a peer presents.
   *
   * @param by the peer in words
   * @param chain its certificate first
   * @param asServer is it the side that was called?
   */
  private record Presented(String by, X509Certificate[] chain, boolean asServer) {
    static Presented byServer(String server, X509Certificate[] chain) {
      return new Presented(server, chain, true);
    }

    static Presented byClient(String client, X509Certificate[] chain) {
      return new Presented(client, chain, false);
    }

    X509Certificate own() {
      return chain[0];
    }
  }

  /** One way to ask the JDK's trust manager. */
  @FunctionalInterface
  private interface Question {
    void ask(X509ExtendedTrustManager authorities) throws CertificateException;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    neverResume(engine);
    judge(
        Presented.byClient(Peer.of(engine), chain),
        trust -> trust.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    neverResume(engine);
    judge(
        Presented.byServer(Peer.of(engine), chain),
        trust -> trust.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    neverResume(socket);
    judge(
        Presented.byClient(Peer.of(socket), chain),
        trust -> trust.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    neverResume(socket);
    judge(
        Presented.byServer(Peer.of(socket), chain),
        trust -> trust.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(Presented.byClient(Peer.UNKNOWN, chain), trust -> trust.checkClientTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(Presented.byServer(Peer.UNKNOWN, chain), trust -> trust.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return generations.newest().credentials().authorities().getAcceptedIssuers();
  }

  private static void neverResume(@Nullable SSLEngine engine) {
    invalidate(engine == null ? null : engine.getHandshakeSession());
  }

  private static void neverResume(@Nullable Socket socket) {
    invalidate(socket instanceof SSLSocket secure ? secure.getHandshakeSession() : null);
  }

  private static void invalidate(@Nullable SSLSession session) {
    if (session != null) {
      session.invalidate();
    }
  }

  private void judge(Presented peer, Question question) throws CertificateException {
    X509ExtendedTrustManager authorities = generations.newest().credentials().authorities();
    try {
      question.ask(authorities);
    } catch (CertificateException e) {
      // The cause decides which alert the peer gets.
      throw new CertificateException(refusal(peer, reason(peer, authorities, e)), e.getCause());
    }
    // The JDK does not look at the dates of a certificate that is an authority itself.
    String invalid = invalid(peer.own());
    String reason = invalid == null ? otherCluster(peer.own()) : invalid;
    if (reason != null) {
      throw new CertificateException(refusal(peer, reason));
    }
  }

  private String refusal(Presented peer, String reason) {
    String text =
        "Refused %s with the certificate %s: it %s"
            .formatted(peer.by(), Peer.name(peer.own()), reason);
    refusals.add(text);
    return text;
  }

  private String reason(
      Presented peer, X509ExtendedTrustManager authorities, CertificateException problem) {
    String invalid = invalid(peer.own());
    if (invalid != null) {
      return invalid;
    }
    if (isUnsigned(problem)) {
      return "is signed by no authority in "
          + generations.files().authority()
          + ": sign it by one, or add its authority to that file";
    }
    if (peer.asServer() && problem.getCause() == null && isTrusted(peer.chain(), authorities)) {
      return "is made for "
          + hosts(peer.own())
          + " only: make one for the host by which it was called ("
          + problem.getMessage()
          + ")";
    }
    return "is not acceptable: " + problem.getMessage();
  }

  /** By none of the authorities; an authority that only has the name of one counts as none. */
  private static boolean isUnsigned(CertificateException problem) {
    return problem.getCause() instanceof CertPathBuilderException
        || (problem.getCause() instanceof CertPathValidatorException path
            && path.getReason() == BasicReason.INVALID_SIGNATURE);
  }

  /** Is everything right with it but the host? That is all that the question leaves out. */
  private static boolean isTrusted(X509Certificate[] server, X509ExtendedTrustManager authorities) {
    try {
      authorities.checkServerTrusted(server, Credentials.ANY_KEY_EXCHANGE);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private @Nullable String invalid(X509Certificate certificate) {
    Instant now = generations.now();
    return Validity.holds(certificate, now)
        ? null
        : Validity.why(certificate, now) + ": renew it, or set the clocks right";
  }

  private static String hosts(X509Certificate certificate) {
    try {
      List<String> hosts = SubjectNames.hosts(certificate);
      return hosts.isEmpty() ? "no host" : Peer.printable(String.join(", ", hosts));
    } catch (CertificateParsingException e) {
      return "hosts that cannot be parsed";
    }
  }

  private @Nullable String otherCluster(X509Certificate certificate) {
    UUID expected = cluster.get();
    List<String> names;
    try {
      names = ClusterUri.in(certificate);
    } catch (CertificateParsingException e) {
      return "has subject alternative names that cannot be parsed: make it anew";
    }
    if (expected == null || ClusterUri.admits(names, expected)) {
      return null;
    }
    return "is made for "
        + Peer.printable(String.join(", ", names))
        + ", but this node belongs to "
        + ClusterUri.of(expected)
        + ": correct the address of one, or make a certificate for the other";
  }
}
