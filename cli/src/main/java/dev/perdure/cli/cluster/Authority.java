package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;

/**
 * A development authority: a certificate that signs those of nodes, and its key, in two files.
 *
 * @param certificate what nodes trust
 * @param key who has it can join every cluster that trusts the certificate
 * @param created was it made by this run?
 */
record Authority(X509Certificate certificate, PrivateKey key, boolean created) {

  static final String CERTIFICATE_FILE = "ca.crt";
  static final String KEY_FILE = "ca.key";

  /** Ten years with their leap days. */
  private static final Duration VALID = Duration.ofDays(3652);

  /** The authority of a folder; made if there is none, and never written over. */
  static Authority in(Path folder, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Path certificate = folder.resolve(CERTIFICATE_FILE);
    Path key = folder.resolve(KEY_FILE);
    if (Files.exists(certificate) && Files.exists(key)) {
      return checked(certificate, key, now);
    }
    if (!Files.exists(certificate) && !Files.exists(key)) {
      return create(folder, now);
    }
    throw failed(
        "%s is there, but %s is not: an authority is never written over. Put the missing file back,"
                .formatted(
                    Files.exists(key) ? key : certificate, Files.exists(key) ? certificate : key)
            + " or use another --dir for a new authority.");
  }

  private static Authority create(Path folder, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPair keys = CertificateForms.newKeys();
    X509Certificate certificate =
        CertificateForms.authority(
            keys, new CertificateForms.Period(now.minus(CertificateForms.SKEW), now.plus(VALID)));
    Files.createDirectories(folder);
    PemOutput.writeKey(folder.resolve(KEY_FILE), keys.getPrivate().getEncoded());
    PemOutput.writeCertificate(folder.resolve(CERTIFICATE_FILE), certificate.getEncoded());
    return new Authority(certificate, keys.getPrivate(), true);
  }

  private static Authority checked(Path certificateFile, Path keyFile, Instant now)
      throws IOException, GeneralSecurityException {
    X509Certificate certificate = certificate(certificateFile);
    PrivateKey key = key(keyFile);
    if (certificate.getBasicConstraints() < 0) {
      throw failed(certificateFile + " is not the certificate of an authority. Use another --dir.");
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw failed(
          "%s expired at %s. Use another --dir for a new authority; to change it without a stop, let"
                  .formatted(certificateFile, certificate.getNotAfter().toInstant())
              + " all nodes trust both for a while (both certificates in one file).");
    }
    if (!belongTogether(certificate, key)) {
      throw failed(
          "%s is not the P-256 key of %s. Put the two there that belong together, or use another --dir."
              .formatted(keyFile, certificateFile));
    }
    return new Authority(certificate, key, false);
  }

  /** The first certificate of a file, if it is there. */
  static @Nullable X509Certificate certificateIn(Path file)
      throws IOException, GeneralSecurityException {
    return Files.exists(file) ? certificate(file) : null;
  }

  private static X509Certificate certificate(Path file)
      throws IOException, GeneralSecurityException {
    if (first(file) instanceof X509CertificateHolder holder) {
      return new JcaX509CertificateConverter().getCertificate(holder);
    }
    throw failed(file + " holds no certificate. Put the right file there, or delete it.");
  }

  private static PrivateKey key(Path file) throws IOException {
    if (first(file) instanceof PrivateKeyInfo info) {
      return new JcaPEMKeyConverter().getPrivateKey(info);
    }
    throw failed(file + " holds no private key (PKCS#8). Put the right file there.");
  }

  private static @Nullable Object first(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      return parser.readObject();
    }
  }

  private static boolean belongTogether(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    try {
      byte[] probe = certificate.getEncoded();
      Signature signature = Signature.getInstance(CertificateForms.SIGNATURE);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false; // of different kinds or curves
    }
  }

  X500Name name() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  Instant expires() {
    return certificate.getNotAfter().toInstant();
  }

  private static CommandException failed(String message) {
    return new CommandException(Exit.FAILED, message);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Authority[" + certificate.getSubjectX500Principal() + "]";
  }
}
