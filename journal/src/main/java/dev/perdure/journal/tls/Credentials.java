package dev.perdure.journal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One generation of a node's files, checked: the key belongs to the certificate, an authority
 * signed it, it is valid now and may be used on both sides of a connection. What a peer would
 * refuse is refused here, where the message reaches the one who can repair it.
 *
 * @param chain the node's certificate first
 * @param key its private key
 * @param authorities trusts what the authorities signed
 */
record Credentials(
    List<X509Certificate> chain, PrivateKey key, X509ExtendedTrustManager authorities) {

  /** What JSSE calls the key exchange of TLS 1.3. */
  static final String ANY_KEY_EXCHANGE = "UNKNOWN";

  static Credentials of(NodeCertificates files, PemFiles read, Instant now)
      throws TlsFileException {
    List<X509Certificate> chain = PemFiles.certificates(files.certificate(), read.certificate());
    X509Certificate own = chain.getFirst();
    PrivateKey key = PemFiles.privateKey(files.key(), read.key(), own.getPublicKey());
    X509ExtendedTrustManager authorities = authorities(files, read);
    checkValidity(files, own, now);
    checkNames(files, own);
    checkKey(files, own, key);
    checkTrusted(files, chain, authorities);
    return new Credentials(chain, key, authorities);
  }

  X509Certificate own() {
    return chain.getFirst();
  }

  Instant expires() {
    return Validity.end(own());
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  private static X509ExtendedTrustManager authorities(NodeCertificates files, PemFiles read)
      throws TlsFileException {
    List<X509Certificate> trusted = PemFiles.certificates(files.authority(), read.authority());
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("authority-" + i, trusted.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager one : factory.getTrustManagers()) {
        if (one instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsFileException(
          files.authority(), "cannot be trusted (" + e.getMessage() + "): put certificates there");
    }
    throw new IllegalStateException("The JDK's PKIX trust manager knows no host names");
  }

  private static void checkValidity(NodeCertificates files, X509Certificate own, Instant now)
      throws TlsFileException {
    if (!Validity.holds(own, now)) {
      throw new TlsFileException(
          files.certificate(),
          "holds a certificate that "
              + Validity.why(own, now)
              + " ("
              + Peer.name(own)
              + "): renew it, or set the clock right");
    }
  }

  /** The common name is not enough: no current TLS client looks at it (RFC 9525). */
  private static void checkNames(NodeCertificates files, X509Certificate own)
      throws TlsFileException {
    try {
      if (SubjectNames.hosts(own).isEmpty()) {
        throw new TlsFileException(
            files.certificate(),
            "names no host: add every name and address by which nodes reach this one as a subject"
                + " alternative name");
      }
    } catch (CertificateParsingException e) {
      throw new TlsFileException(
          files.certificate(),
          "has subject alternative names that cannot be parsed ("
              + e.getMessage()
              + "): make it anew");
    }
  }

  private static void checkKey(NodeCertificates files, X509Certificate own, PrivateKey key)
      throws TlsFileException {
    try {
      byte[] probe = own.getEncoded();
      Signature signing = Signature.getInstance(signature(key));
      signing.initSign(key);
      signing.update(probe);
      byte[] signed = signing.sign();
      Signature verifying = Signature.getInstance(signature(key));
      verifying.initVerify(own.getPublicKey());
      verifying.update(probe);
      if (verifying.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // the same as a signature that does not fit: keys of different curves or lengths
    }
    throw new TlsFileException(
        files.key(),
        "is not the key of the certificate in "
            + files.certificate()
            + ": put the two files there that belong together");
  }

  private static String signature(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm(); // EdDSA names its signature like its key
    };
  }

  /** A node is a server to some and a client to others, with one certificate. */
  private static void checkTrusted(
      NodeCertificates files, List<X509Certificate> chain, X509ExtendedTrustManager authorities)
      throws TlsFileException {
    X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
    try {
      authorities.checkServerTrusted(certificates, ANY_KEY_EXCHANGE);
      authorities.checkClientTrusted(certificates, ANY_KEY_EXCHANGE);
    } catch (CertificateException e) {
      throw new TlsFileException(
          files.certificate(),
          "would be refused by nodes that trust "
              + files.authority()
              + " ("
              + e.getMessage()
              + "): use a certificate that one of its authorities signed, for server and client"
              + " authentication, and add those in between to the file");
    }
  }

  /** Never the content: there is a key in it. */
  @Override
  public String toString() {
    return "Credentials[" + Peer.name(own()) + "]";
  }
}
