package dev.perdure.cli.cluster;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * PEM files that are there whole or not at all. Keys belong to their owner alone from the first
 * byte, where the file system knows owners.
 */
final class PemOutput {

  private static final String OWNER_ONLY = "rw-------";
  private static final String ALL_MAY_READ = "rw-r--r--";

  private PemOutput() {}

  static void writeKey(Path file, byte[] pkcs8) throws IOException {
    write(file, new PemObject("PRIVATE KEY", pkcs8), OWNER_ONLY);
  }

  static void writeCertificate(Path file, byte[] der) throws IOException {
    write(file, new PemObject("CERTIFICATE", der), ALL_MAY_READ);
  }

  private static void write(Path file, PemObject content, String mode) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(content);
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unfinished); // of a run that was ended: whose mode it has is not known
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            attributes(file, mode))) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static FileAttribute<?>[] attributes(Path file, String mode) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }
}
