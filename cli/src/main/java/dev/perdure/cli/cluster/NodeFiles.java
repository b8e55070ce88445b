package dev.perdure.cli.cluster;

import dev.perdure.journal.tls.ClusterUri;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;

/**
 * A node's certificate and key in the folder of its authority.
 *
 * @param certificate what was written
 * @param renewed was there one before?
 * @param clusterUris the clusters that it names
 */
record NodeFiles(X509Certificate certificate, boolean renewed, List<String> clusterUris) {

  /**
   * What is asked for.
   *
   * @param node the name of the files and in the certificate
   * @param hosts under which the node is reached
   * @param cluster the cluster's id; null keeps the one of the certificate before
   * @param valid for how long; not longer than the authority
   */
  record Order(String node, List<Host> hosts, @Nullable UUID cluster, Duration valid) {

    Path certificateFile(Path folder) {
      return folder.resolve(node + ".crt");
    }

    Path keyFile(Path folder) {
      return folder.resolve(node + ".key");
    }
  }

  /** Makes a key and a certificate, and writes both over those that are there. */
  static NodeFiles write(Path folder, Order order, Authority authority, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X509Certificate before = Authority.certificateIn(order.certificateFile(folder));
    List<String> clusterUris = clusterUris(order, before);
    List<GeneralName> names = new ArrayList<>();
    order.hosts().forEach(host -> names.add(host.alternativeName()));
    clusterUris.forEach(
        uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    KeyPair keys = CertificateForms.newKeys();
    X509Certificate certificate =
        CertificateForms.node(
            order.node(),
            names,
            keys.getPublic(),
            new CertificateForms.Signing(authority, period(order, authority, now)));
    // A node that reads between the two finds that they do not fit, and keeps what it has.
    PemOutput.writeKey(order.keyFile(folder), keys.getPrivate().getEncoded());
    PemOutput.writeCertificate(order.certificateFile(folder), certificate.getEncoded());
    return new NodeFiles(certificate, before != null, clusterUris);
  }

  /** A renewal that forgot the cluster would let the node into every other of the authority. */
  private static List<String> clusterUris(Order order, @Nullable X509Certificate before)
      throws GeneralSecurityException {
    if (order.cluster() != null) {
      return List.of(ClusterUri.of(order.cluster()));
    }
    return before == null ? List.of() : ClusterUri.in(before);
  }

  private static CertificateForms.Period period(Order order, Authority authority, Instant now) {
    Instant until = now.plus(order.valid());
    Instant latest = authority.expires();
    return new CertificateForms.Period(
        now.minus(CertificateForms.SKEW), until.isAfter(latest) ? latest : until);
  }
}
