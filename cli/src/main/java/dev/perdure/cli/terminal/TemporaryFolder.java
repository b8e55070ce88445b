package dev.perdure.cli.terminal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder of one run; deleted at its end unless it is wanted. Thread-safe. */
public final class TemporaryFolder {

  private final Path path;
  private volatile boolean kept;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** A new folder whose name begins so. */
  public static TemporaryFolder create(String prefix) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(prefix));
  }

  public Path path() {
    return path;
  }

  /** From now on it is not deleted. */
  public void keep() {
    kept = true;
  }

  /** Deletes it, as far as that goes, unless it is to be kept. */
  public void delete() {
    if (kept) {
      return;
    }
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (IOException e) {
      System.err.println("perdure: " + path + " could not be deleted: " + e.getMessage());
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
