package dev.perdure.journal.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The name of a cluster in a certificate: a subject alternative name of type URI.
 *
 * <p>It keeps apart clusters whose nodes are signed by one authority. A certificate of an
 * operator's own PKI may carry no such name; then the authority alone decides.
 */
public final class ClusterUri {

  private static final String SCHEME = "perdure://";

  private ClusterUri() {}

  /** The name of a cluster: {@code perdure://cluster/UUID}. */
  public static String of(UUID cluster) {
    return SCHEME + "cluster/" + cluster;
  }

  /** Every {@code perdure://} name in a certificate. */
  public static List<String> in(X509Certificate certificate) throws CertificateParsingException {
    return SubjectNames.uris(certificate).stream()
        .filter(uri -> uri.toLowerCase(Locale.ROOT).startsWith(SCHEME))
        .toList();
  }

  /** May a node with these names belong to the cluster? */
  static boolean admits(List<String> names, UUID cluster) {
    String expected = of(cluster);
    return names.isEmpty() || names.stream().anyMatch(expected::equalsIgnoreCase);
  }
}
