package dev.perdure.journal.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that signs whatever a test asks for. */
final class TestAuthority {

  private final Instant now = Instant.now();
  private static long serial = 100;

  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  TestAuthority(String name) throws Exception {
    this.name = new X500Name("CN=" + name);
    this.keys = pair("EC");
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            this.name,
            nextSerial(),
            Date.from(now.minus(Duration.ofDays(365))),
            Date.from(now.plus(Duration.ofDays(365))),
            this.name,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    this.certificate = signed(builder);
  }

  String pem() throws Exception {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  /** A request for a certificate that a node could use on this machine. */
  Request node(String node) {
    return new Request(node);
  }

  static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, lines.encodeToString(der), label);
  }

  private X509Certificate signed(X509v3CertificateBuilder builder) throws Exception {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private static KeyPair pair(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (!algorithm.equals("Ed25519")) {
      generator.initialize(algorithm.equals("EC") ? 256 : 2048);
    }
    return generator.generateKeyPair();
  }

  private static synchronized BigInteger nextSerial() {
    return BigInteger.valueOf(serial++);
  }

  /** What is asked for; may be changed before it is issued. */
  final class Request {
    private final String node;
    private final List<GeneralName> names =
        new ArrayList<>(
            List.of(
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")));
    private KeyPurposeId[] purposes = {
      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
    };
    private Instant from = now.minus(Duration.ofDays(30));
    private Instant until = now.plus(Duration.ofDays(60));
    private String algorithm = "EC";

    private Request(String node) {
      this.node = node;
    }

    /** Only for these host names. */
    Request hosts(String... hosts) {
      names.clear();
      for (String host : hosts) {
        names.add(new GeneralName(GeneralName.dNSName, host));
      }
      return this;
    }

    Request cluster(UUID cluster) {
      return uri(ClusterUri.of(cluster));
    }

    Request uri(String uri) {
      names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
      return this;
    }

    Request purposes(KeyPurposeId... only) {
      purposes = only;
      return this;
    }

    Request from(Duration sinceNow) {
      from = now.plus(sinceNow);
      return this;
    }

    Request until(Duration sinceNow) {
      until = now.plus(sinceNow);
      return this;
    }

    Request algorithm(String other) {
      algorithm = other;
      return this;
    }

    Issued issue() throws Exception {
      KeyPair pair = pair(algorithm);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              nextSerial(),
              Date.from(from),
              Date.from(until),
              new X500Name("CN=" + node),
              pair.getPublic());
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      return new Issued(signed(builder), pair.getPrivate(), pem());
    }
  }

  /** A certificate, its key, and who is trusted by its owner. */
  record Issued(X509Certificate certificate, PrivateKey key, String authority) {

    BigInteger serial() {
      return certificate.getSerialNumber();
    }

    String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }

    String certificatePem() throws Exception {
      return pem("CERTIFICATE", certificate.getEncoded());
    }

    /** In the three files of a node, over those that are there. */
    NodeCertificates write(Path folder) throws Exception {
      Files.createDirectories(folder);
      return new NodeCertificates(
          Files.writeString(folder.resolve("node.crt"), certificatePem()),
          Files.writeString(folder.resolve("node.key"), keyPem()),
          Files.writeString(folder.resolve("ca.crt"), authority));
    }
  }
}
