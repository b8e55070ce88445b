package dev.perdure.journal.tls;

import java.io.IOException;
import java.nio.file.Path;

/** A file cannot be used; the message says which, why, and what to do. It holds no key material. */
public final class TlsFileException extends IOException {
  private static final long serialVersionUID = 1;

  TlsFileException(Path file, String problem) {
    super(file + " " + problem);
  }

  TlsFileException(NodeCertificates files, RuntimeException problem) {
    super(
        "%s, %s or %s cannot be understood (%s): make them anew"
            .formatted(
                files.certificate(),
                files.key(),
                files.authority(),
                problem.getClass().getSimpleName()),
        problem);
  }

  /** The message; there always is one. */
  String text() {
    return String.valueOf(getMessage());
  }
}
