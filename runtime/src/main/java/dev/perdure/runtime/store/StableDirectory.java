package dev.perdure.runtime.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Directories that survive a power cut: a new name is on disk only once its parent was forced
 * there.
 */
public final class StableDirectory {

  private StableDirectory() {}

  /** Creates a directory and those above it, each forced to disk. */
  public static void create(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent != null) {
      create(parent);
    }
    Files.createDirectories(absolute);
    if (parent != null) {
      sync(parent);
    }
  }

  /** Forces a file's content, or a directory's names, to disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes an empty file that says something by being there, once and for good. */
  public static void mark(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    sync(directory);
  }
}
