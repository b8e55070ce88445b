package dev.perdure.lab.cluster.process;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.host.Shell;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * libfaketime: the machine's own, else Debian's package, unpacked into a folder that goes with this
 * process. Nothing is installed.
 *
 * @param path the library for programs with threads
 */
public record FakeTimeLibrary(Path path) {

  private static final String NAME = "libfaketimeMT.so.1";
  private static final String PACKAGE = "libfaketime";

  /** Gives up soon where there is no network. */
  private static final String FETCH =
      "cd \"$1\" && apt-get -o Acquire::http::Timeout=10 -o Acquire::Retries=0 download \"$2\""
          + " && dpkg-deb -x *.deb .";

  private static final List<Path> FOLDERS = List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"));

  private static @Nullable Search found;

  /** What the one search gave: a library, or why there is none. */
  private record Search(@Nullable FakeTimeLibrary library, String why) {}

  /** Why there is none here, or empty. Looked for once. */
  public static Optional<String> unavailable() {
    Search search = searchOnce();
    return search.library == null ? Optional.of(search.why) : Optional.empty();
  }

  /**
   * Finds it.
   *
   * @throws LabException saying why there is none
   */
  public static FakeTimeLibrary find() {
    Search search = searchOnce();
    FakeTimeLibrary library = search.library;
    if (library == null) {
      throw new LabException(search.why);
    }
    return library;
  }

  private static synchronized Search searchOnce() {
    Search known = found;
    if (known == null) {
      known = search();
      found = known;
    }
    return known;
  }

  private static Search search() {
    try {
      for (Path folder : FOLDERS) {
        Path installed = below(folder);
        if (installed != null) {
          return new Search(new FakeTimeLibrary(installed), "");
        }
      }
      return new Search(new FakeTimeLibrary(fetch()), "");
    } catch (IOException | LabException e) {
      return new Search(
          null,
          "moving a node's wall clock needs libfaketime (Debian: faketime): " + e.getMessage());
    }
  }

  /** In {@code faketime} of the folder, or of one that is named after the processor. */
  private static @Nullable Path below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    Path here = folder.resolve("faketime").resolve(NAME);
    if (Files.exists(here)) {
      return here;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, "*-linux-*")) {
      for (Path one : folders) {
        Path there = one.resolve("faketime").resolve(NAME);
        if (Files.exists(there)) {
          return there;
        }
      }
    }
    return null;
  }

  private static Path fetch() throws IOException {
    if (!Shell.has("apt-get") || !Shell.has("dpkg-deb")) {
      throw new LabException("it is not installed, and this is no Debian to fetch it from");
    }
    Path folder = Files.createTempDirectory("perdure-faketime");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "faketime-delete"));
    Shell.run("sh", "-c", FETCH, "sh", folder.toString(), PACKAGE);
    Path library = below(folder.resolve("usr/lib"));
    if (library == null) {
      throw new LabException("the package " + PACKAGE + " does not hold " + NAME);
    }
    return library;
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // A few files in the folder for temporary files: not worth a word.
    }
  }
}
