package dev.perdure.lab.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands as a user without privileges, which PostgreSQL insists on.
 *
 * <p>Nothing changes when this process has no privileges itself. Otherwise commands run as {@code
 * postgres}, or as {@code nobody} where no such user exists.
 */
public final class Unprivileged {

  private static final Path USERS_FILE = Path.of("/etc/passwd");
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final List<String> CANDIDATES = List.of("postgres", "nobody");

  private final @Nullable User user;

  private record User(int uid, int gid) {}

  private Unprivileged(@Nullable User user) {
    this.user = user;
  }

  /**
   * The user to run commands as.
   *
   * @throws NotInstalled when this process is privileged and there is no way to be less
   */
  public static Unprivileged choose() throws NotInstalled, IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Unprivileged(null);
    }
    User user = candidate();
    if (user == null || !Files.isExecutable(SETPRIV)) {
      throw new NotInstalled(
          "PostgreSQL does not run as root, and this needs %s and one of the users %s to run it as"
              .formatted(SETPRIV, CANDIDATES));
    }
    return new Unprivileged(user);
  }

  private static @Nullable User candidate() throws IOException {
    Map<String, User> users = new java.util.HashMap<>();
    if (Files.isReadable(USERS_FILE)) {
      try (Stream<String> lines = Files.lines(USERS_FILE)) {
        lines
            .map(line -> line.split(":", -1))
            .filter(fields -> fields.length == 7 && CANDIDATES.contains(fields[0]))
            .forEach(
                fields ->
                    users.put(
                        fields[0],
                        new User(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]))));
      }
    }
    return CANDIDATES.stream()
        .map(users::get)
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  /** Makes a directory or file belong to the user that commands run as. */
  public void own(Path path) throws IOException {
    if (user != null) {
      Files.setAttribute(path, "unix:uid", user.uid);
      Files.setAttribute(path, "unix:gid", user.gid);
    }
  }

  /** A command line that runs another as that user. */
  public List<String> command(List<String> command) {
    if (user == null) {
      return command;
    }
    List<String> all = new ArrayList<>();
    all.add(SETPRIV.toString());
    all.addAll(
        List.of("--reuid", Integer.toString(user.uid), "--regid", Integer.toString(user.gid)));
    all.addAll(List.of("--clear-groups", "--"));
    all.addAll(command);
    return all;
  }
}
