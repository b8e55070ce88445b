package dev.perdure.lab.outside;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The programs of an installed PostgreSQL. */
public record PostgresInstallation(Path programs) {

  /** Where packages put a version's programs when they are not on the PATH. */
  private static final List<String> FOLDERS =
      List.of("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt");

  /**
   * The installation whose {@code initdb} is on the PATH, else the newest one in the usual places.
   *
   * @throws NotInstalled when there is none
   */
  public static PostgresInstallation find() throws NotInstalled {
    List<Path> candidates = new ArrayList<>();
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        candidates.add(Path.of(folder));
      }
    }
    for (String folder : FOLDERS) {
      candidates.addAll(versionsIn(Path.of(folder)));
    }
    for (Path programs : candidates) {
      if (Files.isExecutable(programs.resolve("initdb"))
          && Files.isExecutable(programs.resolve("postgres"))) {
        return new PostgresInstallation(programs);
      }
    }
    throw new NotInstalled(
        "PostgreSQL is not installed: no initdb on the PATH nor in a version's folder under "
            + String.join(", ", FOLDERS));
  }

  /** Newest first: by the number in the folder's name, so that 15 comes before 9. */
  private static List<Path> versionsIn(Path folder) {
    List<Path> versions = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return versions;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        versions.add(entry.resolve("bin"));
      }
    } catch (IOException e) {
      return List.of(); // A folder that cannot be listed holds nothing we could run.
    }
    Collections.sort(versions, Comparator.comparingInt(PostgresInstallation::version).reversed());
    return versions;
  }

  private static int version(Path programs) {
    String digits = String.valueOf(programs.getParent()).replaceAll("[^0-9]", "");
    return digits.isEmpty()
        ? 0
        : Integer.parseInt(digits.substring(0, Math.min(digits.length(), 6)));
  }

  /** Path of one of its programs. */
  public String program(String name) {
    return programs.resolve(name).toString();
  }
}
