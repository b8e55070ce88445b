package dev.perdure.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The text files of the work tree that a person wrote. */
final class Repository {
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", "node_modules");
  private static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(java|md|xml|ya?ml|properties|sh|c|h|html|css|js|config)|perdure|run|NOTICE");

  private Repository() {}

  /** The root folder: given by the build, else found by the folder of Maven's settings. */
  static Path root() {
    String given = System.getProperty("perdure.root");
    if (given != null) {
      return Path.of(given);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no folder above this one is the root of the repository");
    }
    return folder;
  }

  static List<SourceFile> files(Path root) {
    List<SourceFile> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
              boolean ours = !NOT_OURS.contains(String.valueOf(folder.getFileName()));
              return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              if (a.isRegularFile() && TEXT.matcher(file.getFileName().toString()).matches()) {
                String path = root.relativize(file).toString().replace('\\', '/');
                found.add(new SourceFile(path, Files.readString(file)));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort((a, b) -> a.path().compareTo(b.path()));
    return found;
  }
}
