package dev.perdure.lab.powercut;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A process that replaces a file again and again: write beside it, sync, rename, sync directory.
 */
final class ReplaceSubject {

  enum Way {
    SAFE,
    WITHOUT_FILE_SYNC,
    WITHOUT_DIRECTORY_SYNC,
    IN_PLACE
  }

  private static final String FILE = "settings";
  private static final int BYTES = 10_000;

  private ReplaceSubject() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    Way way = Way.valueOf(arguments[1]);
    int versions = Integer.parseInt(arguments[2]);
    try (FileChannel marks = LogSubject.marks(root)) {
      for (int version = 0; version < versions; version++) {
        replace(root, way, version);
        LogSubject.mark(marks, version);
      }
    }
  }

  private static void replace(Path root, Way way, int version) throws IOException {
    Path file = root.resolve(FILE);
    Path temporary = way == Way.IN_PLACE ? file : root.resolve(FILE + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content(version)));
      if (way != Way.WITHOUT_FILE_SYNC) {
        channel.force(true);
      }
    }
    if (way != Way.IN_PLACE) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
    if (way != Way.WITHOUT_DIRECTORY_SYNC) {
      LogSubject.syncDirectory(root);
    }
  }

  private static byte[] content(int version) {
    byte[] content = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      content[i] = (byte) (version + 1);
    }
    return content;
  }

  /**
   * The version found, -1 if there is no file.
   *
   * @throws AssertionError if it is no version at all
   */
  static int version(Path root) throws IOException {
    Path file = root.resolve(FILE);
    if (!Files.exists(file)) {
      return -1;
    }
    byte[] found = Files.readAllBytes(file);
    int version = found.length == 0 ? -1 : found[0] - 1;
    if (version < 0 || java.util.Arrays.mismatch(found, content(version)) >= 0) {
      throw new AssertionError("a file of " + found.length + " bytes that nobody wrote");
    }
    return version;
  }

  /** Throws if the file is older than acknowledged, or no version. */
  static void check(CrashImage image) throws IOException {
    int version = version(image.directory());
    if (version < image.marks().size() - 1) {
      throw new AssertionError(
          "acknowledged version " + (image.marks().size() - 1) + ", found " + version);
    }
  }
}
