package dev.perdure.lab.powercut;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares two directories, name by name and byte by byte, and removes them. */
final class Directories {

  private Directories() {}

  /** One line per difference, by path. */
  static List<String> differences(Path told, Path found) throws IOException {
    SortedSet<String> paths = new TreeSet<>(paths(told));
    paths.addAll(paths(found));
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      String difference = difference(told.resolve(path), found.resolve(path));
      if (!difference.isEmpty()) {
        differences.add(path + ": " + difference);
      }
    }
    return differences;
  }

  private static String difference(Path told, Path found) throws IOException {
    if (!Files.exists(told, LinkOption.NOFOLLOW_LINKS)) {
      return "is there, unrecorded";
    }
    if (!Files.exists(found, LinkOption.NOFOLLOW_LINKS)) {
      return "is recorded, but not there";
    }
    if (Files.isDirectory(told) != Files.isDirectory(found)) {
      return "is a file in one and a directory in the other";
    }
    long at = Files.isDirectory(told) ? -1 : Files.mismatch(told, found);
    return at < 0
        ? ""
        : "differs from byte "
            + at
            + " on; "
            + Files.size(told)
            + " bytes recorded, "
            + Files.size(found)
            + " there";
  }

  private static List<String> paths(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(path -> root.relativize(path).toString()).toList();
    }
  }

  static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
