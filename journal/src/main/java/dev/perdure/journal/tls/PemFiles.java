package dev.perdure.journal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the three files held at one moment, not yet understood.
 *
 * @param certificate bytes of the certificate file
 * @param key bytes of the key file
 * @param authority bytes of the authority file
 */
record PemFiles(byte[] certificate, byte[] key, byte[] authority) {

  /** Far above a bundle of authorities; a device or a log by mistake must not fill the heap. */
  private static final int BYTES_MAX = 1 << 20;

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";

  static PemFiles read(NodeCertificates files) throws TlsFileException {
    return new PemFiles(bytes(files.certificate()), bytes(files.key()), bytes(files.authority()));
  }

  /** Do both hold the same bytes? Modification times are too coarse for files of one size. */
  boolean sameAs(PemFiles other) {
    return Arrays.equals(certificate, other.certificate)
        && Arrays.equals(key, other.key)
        && Arrays.equals(authority, other.authority);
  }

  private static byte[] bytes(Path file) throws TlsFileException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new TlsFileException(
            file, "is longer than " + BYTES_MAX + " bytes: name the PEM file, not something else");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new TlsFileException(file, "does not exist: put the file there or correct its name");
    } catch (AccessDeniedException e) {
      throw new TlsFileException(file, "may not be read by this process: give its user the right");
    } catch (TlsFileException e) {
      throw e;
    } catch (IOException e) {
      throw new TlsFileException(file, "cannot be read (" + e.getMessage() + "): name a PEM file");
    }
  }

  /** The certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file, byte[] content) throws TlsFileException {
    List<X509Certificate> found = new ArrayList<>();
    for (PemBlock block : PemBlock.parse(file, content)) {
      if (block.label().equals(CERTIFICATE)) {
        found.add(certificate(file, block));
      }
    }
    if (found.isEmpty()) {
      throw new TlsFileException(file, "holds no certificate: a PEM block CERTIFICATE is needed");
    }
    return List.copyOf(found);
  }

  private static X509Certificate certificate(Path file, PemBlock block) throws TlsFileException {
    byte[] der = block.der(file);
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsFileException(
          file,
          "holds a certificate that cannot be parsed (" + e.getMessage() + "): copy it again");
    }
  }

  /** The private key of a file; which algorithm it is for is told by the certificate. */
  static PrivateKey privateKey(Path file, byte[] content, PublicKey of) throws TlsFileException {
    for (PemBlock block : PemBlock.parse(file, content)) {
      if (block.label().equals(PRIVATE_KEY)) {
        return privateKey(file, block.der(file), of.getAlgorithm());
      }
      if (block.label().endsWith(PRIVATE_KEY)) {
        throw new TlsFileException(
            file,
            "holds an "
                + block.label()
                + ", but PKCS#8 without a password is needed: openssl pkcs8 -topk8 -nocrypt -in "
                + file
                + " -out NEW.key");
      }
    }
    throw new TlsFileException(file, "holds no private key: a PEM block PRIVATE KEY is needed");
  }

  private static PrivateKey privateKey(Path file, byte[] der, String algorithm)
      throws TlsFileException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
      throw new TlsFileException(
          file,
          "holds no "
              + algorithm
              + " key, but the certificate is for one: put the key there that the certificate was"
              + " made with");
    }
  }

  /** Never the content: there is a key in it. */
  @Override
  public String toString() {
    return "PemFiles";
  }
}
