package dev.perdure.journal.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a handshake, in words. What it sends is bounded and printable before it reaches
 * a log: it is not trusted yet.
 */
final class Peer {

  /** The engine of an accepting side is not told who calls. */
  static final String UNKNOWN = "a caller";

  private static final int NAME_LENGTH_MAX = 120;

  private Peer() {}

  /** Whom this node called, or who called it. */
  static String of(@Nullable SSLEngine engine) {
    return engine == null || engine.getPeerHost() == null
        ? UNKNOWN
        : printable(engine.getPeerHost()) + ":" + engine.getPeerPort();
  }

  /** Whom this node called, or who called it. */
  static String of(@Nullable Socket socket) {
    return socket == null ? UNKNOWN : String.valueOf(socket.getRemoteSocketAddress());
  }

  /** Subject, issuer and serial number: what finds it in any PKI. */
  static String name(X509Certificate certificate) {
    return "%s, issued by %s, serial number %s"
        .formatted(
            printable(certificate.getSubjectX500Principal().getName()),
            printable(certificate.getIssuerX500Principal().getName()),
            printable(certificate.getSerialNumber().toString(16)));
  }

  static String printable(String text) {
    String cut = text.length() > NAME_LENGTH_MAX ? text.substring(0, NAME_LENGTH_MAX) : text;
    return cut.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
