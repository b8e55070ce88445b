package dev.perdure.runtime.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names content. One thread. */
final class Sha256 {

  private static final int BUFFER_BYTES = 256 * 1024;

  private final MessageDigest digest;
  private long bytes;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void add(byte[] piece, int length) {
    digest.update(piece, 0, length);
    bytes += length;
  }

  /** The name of all that was added; once. */
  String name() {
    return HexFormat.of().formatHex(digest.digest());
  }

  long bytes() {
    return bytes;
  }

  /** Takes pieces of a file. */
  interface Sink {
    void take(byte[] piece, int length) throws IOException;
  }

  /** Reads a file, which must not be a link, and gives its pieces to a sink as well. */
  static Sha256 of(Path file, Sink sink) throws IOException {
    Sha256 sha = new Sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha.add(buffer, read);
        sink.take(buffer, read);
      }
    }
    return sha;
  }
}
