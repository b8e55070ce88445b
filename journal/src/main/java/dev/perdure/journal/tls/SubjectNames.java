package dev.perdure.journal.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The subject alternative names of a certificate (RFC 5280, 4.2.1.6). */
final class SubjectNames {

  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int ADDRESS = 7;

  private SubjectNames() {}

  /** Host names and addresses under which its owner may be reached. */
  static List<String> hosts(X509Certificate certificate) throws CertificateParsingException {
    return Stream.concat(of(certificate, DNS), of(certificate, ADDRESS)).toList();
  }

  static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    return of(certificate, URI).toList();
  }

  private static Stream<String> of(X509Certificate certificate, int type)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Stream.empty()
        : names.stream()
            .filter(name -> Objects.equals(name.get(0), type))
            .map(name -> String.valueOf(name.get(1)));
  }
}
