package dev.perdure.cli.cluster;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What the two kinds of certificates consist of (RFC 5280, 4.2). Keys are on the curve P-256. */
final class CertificateForms {

  static final String SIGNATURE = "SHA256withECDSA";

  /** How far clocks of nodes may be behind: a certificate is used right after it was made. */
  static final Duration SKEW = Duration.ofHours(1);

  private static final int SERIAL_BYTES = 16;
  private static final int TAG_BYTES = 4;

  /** From when to when a certificate is valid. */
  record Period(Instant from, Instant until) {}

  /** Who a certificate is for, and whose key is in it. */
  private record Subject(X500Name name, PublicKey key) {}

  /** Whose key signs it. */
  private record Issuer(X500Name name, PublicKey publicKey, PrivateKey key) {}

  private CertificateForms() {}

  static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Signs nodes and nothing else: no authority below it. */
  static X509Certificate authority(KeyPair keys, Period period)
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    // Two authorities in one file of trusted ones are told apart by name.
    byte[] tag = Arrays.copyOf(fingerprint(keys.getPublic()), TAG_BYTES);
    X500Name name = named("Perdure development CA " + HexFormat.of().formatHex(tag));
    Issuer itself = new Issuer(name, keys.getPublic(), keys.getPrivate());
    X509v3CertificateBuilder form = form(new Subject(name, keys.getPublic()), itself, period);
    form.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    form.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return signed(form, itself);
  }

  /** For a node, which is a server to some and a client to others. */
  static X509Certificate node(String node, List<GeneralName> names, PublicKey key, Signing signing)
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    Authority authority = signing.authority();
    Issuer issuer =
        new Issuer(authority.name(), authority.certificate().getPublicKey(), authority.key());
    X509v3CertificateBuilder form = form(new Subject(named(node), key), issuer, signing.period());
    form.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    form.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    form.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    form.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(names.toArray(GeneralName[]::new)));
    return signed(form, issuer);
  }

  /** Who signs, and for how long. */
  record Signing(Authority authority, Period period) {}

  private static X509v3CertificateBuilder form(Subject subject, Issuer issuer, Period period)
      throws GeneralSecurityException, CertIOException {
    X509v3CertificateBuilder form =
        new JcaX509v3CertificateBuilder(
            issuer.name(),
            serial(subject.key()),
            Date.from(period.from()),
            Date.from(period.until()),
            subject.name(),
            subject.key());
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    form.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(subject.key()));
    form.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.publicKey()));
    return form;
  }

  private static X509Certificate signed(X509v3CertificateBuilder form, Issuer issuer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(form.build(new JcaContentSignerBuilder(SIGNATURE).build(issuer.key())));
  }

  /** Unique and not to be guessed, as every certificate has a new key. */
  private static BigInteger serial(PublicKey key) throws GeneralSecurityException {
    return new BigInteger(1, Arrays.copyOf(fingerprint(key), SERIAL_BYTES)).setBit(0);
  }

  private static byte[] fingerprint(PublicKey key) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
  }

  private static X500Name named(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }
}
