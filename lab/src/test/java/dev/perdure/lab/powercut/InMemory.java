package dev.perdure.lab.powercut;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Puts a test's directory into Linux's memory file system where there is one. Thousands of images
 * need no disk, and what is recorded is the calls, not how long a disk takes for them.
 */
final class InMemory implements TempDirFactory {

  /** Containers often have a few megabytes only. */
  private static final long BYTES_MIN = 1L << 30;

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path memory = Path.of("/dev/shm");
    boolean roomy =
        Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > BYTES_MIN;
    return roomy
        ? Files.createTempDirectory(memory, "perdure-powercut")
        : Files.createTempDirectory("perdure-powercut");
  }
}
