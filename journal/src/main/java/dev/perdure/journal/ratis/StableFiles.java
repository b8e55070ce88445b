package dev.perdure.journal.ratis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** File operations that survive a power cut: a name is safe only when its directory is forced. */
final class StableFiles {

  private StableFiles() {}

  /** Creates a directory and its parents, and forces every directory that got a new name in it. */
  static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    Files.createDirectory(directory);
    forceDirectory(parent);
  }

  /**
   * Puts a file in place of what there was, which stays until the new one is whole on disk: also if
   * the disk is full.
   */
  static void replace(Path file, byte[] content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.write(
          draft,
          content,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(draft);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    forceDirectory(file.getParent());
  }

  /** Makes creations, renames and removals in a directory durable. */
  static void forceDirectory(@Nullable Path directory) throws IOException {
    if (directory == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
