package dev.perdure.runtime.backup;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of backups. Reading needs no lock; {@link RepositoryWriter} changes it.
 *
 * <pre>
 * repository.perdure        what the directory is
 * backups/ID.manifest       one per backup, there only when all it names is there
 * files/XX/SHA256           content
 * unfinished/               what is being written
 * lock                      held by who writes
 * </pre>
 */
public final class Repository {

  static final String MANIFEST_ENDS = ".manifest";
  private static final String MARKER = "repository.perdure";
  private static final String CONTENT = "Perdure backups, format 1\n";
  private static final long MANIFEST_BYTES_MAX = 64L << 20;

  private final Path directory;

  private Repository(Path directory) {
    this.directory = directory;
  }

  /**
   * An existing one.
   *
   * @throws BackupException if the directory is none
   */
  public static Repository open(Path directory) {
    Path marker = directory.resolve(MARKER);
    if (!Files.isDirectory(directory) || !Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
      throw new BackupException(
          directory + " is not a directory of backups: it has no " + MARKER + "; name another one");
    }
    try {
      String is = Files.readString(marker, StandardCharsets.UTF_8);
      if (!is.equals(CONTENT)) {
        throw new BackupException(
            marker + " is '" + is.strip() + "', this version reads '" + CONTENT.strip() + "'");
      }
    } catch (IOException e) {
      throw new BackupException(directory + " cannot be read: " + e.getMessage(), e);
    }
    return new Repository(directory);
  }

  /**
   * An existing one, or a new one in a directory that is empty or is made.
   *
   * @throws BackupException if the directory holds anything else
   */
  static Repository openOrMake(Path directory) {
    try {
      if (!Files.exists(directory)) {
        make(directory);
      }
      if (isEmpty(directory)) {
        found(directory);
      }
      return open(directory);
    } catch (IOException e) {
      throw new BackupException(directory + " cannot be used: " + e, e);
    }
  }

  private static void make(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new BackupException(
          directory + " cannot be made: " + parent + " does not exist; make it, or name another");
    }
    boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      // It will hold all that the services hold.
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(directory);
    }
    StableDirectory.sync(parent);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    Path marker = directory.resolve(MARKER);
    try (Stream<Path> all = Files.list(directory)) {
      return all.allMatch(
          one ->
              String.valueOf(one.getFileName()).equals("lost+found")
                  || (one.equals(marker) && one.toFile().length() == 0));
    }
  }

  private static void found(Path directory) throws IOException {
    Path marker = directory.resolve(MARKER);
    try (FileChannel out =
        FileChannel.open(marker, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(CONTENT.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    StableDirectory.sync(directory);
  }

  Path path() {
    return directory;
  }

  /** Where something of its own is; never a link to elsewhere. */
  Path part(String name) {
    Path part = directory.resolve(name);
    if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
      throw new CorruptionException(part + " is not a directory");
    }
    return part;
  }

  Path backups() {
    return part("backups");
  }

  /** Where content of a name is, if it is there. */
  Path content(String sha256) {
    part("files");
    return part("files/" + sha256.substring(0, 2)).resolve(sha256);
  }

  /** True if content seems to be there: a file of that length. */
  boolean holds(Manifest.File file) {
    Path content = content(file.sha256());
    return Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)
        && content.toFile().length() == file.bytes();
  }

  /**
   * A backup, or why it cannot be read.
   *
   * @param problem empty if it can
   */
  public record Listed(String id, @Nullable Manifest manifest, String problem) {}

  /** All backups, newest first; those that cannot be read at the end. */
  public List<Listed> list() {
    Path backups = backups();
    List<Listed> found = new ArrayList<>();
    if (!Files.isDirectory(backups)) {
      return found;
    }
    try (Stream<Path> all = Files.list(backups)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        String name = String.valueOf(one.getFileName());
        if (name.endsWith(MANIFEST_ENDS)) {
          found.add(listed(name.substring(0, name.length() - MANIFEST_ENDS.length())));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparingLong(Repository::age));
    return found;
  }

  private static long age(Listed one) {
    return one.manifest == null ? Long.MAX_VALUE : -one.manifest.micros();
  }

  private Listed listed(String id) {
    try {
      return new Listed(id, manifest(id), "");
    } catch (CorruptionException | BackupException e) {
      return new Listed(id, null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A backup's manifest.
   *
   * @throws CorruptionException if it is damaged
   * @throws BackupException if there is none, or this version cannot read it
   */
  public Manifest manifest(String id) {
    if (!Manifest.ID.matcher(id).matches()) {
      throw new BackupException("'" + id + "' is not the id of a backup; see backup list");
    }
    Path file = backups().resolve(id + MANIFEST_ENDS);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new BackupException("there is no backup '" + id + "' in " + directory);
    }
    String what = "manifest of backup " + id;
    try {
      if (Files.size(file) > MANIFEST_BYTES_MAX) {
        throw new CorruptionException(what + " is " + Files.size(file) + " bytes long");
      }
      Manifest manifest = Manifest.read(Files.readAllBytes(file), what);
      if (!manifest.id().equals(id)) {
        throw new CorruptionException(what + " is that of backup " + manifest.id());
      }
      return manifest;
    } catch (IOException e) {
      throw new BackupException(what + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The newest backup.
   *
   * @throws BackupException if there is none, one that cannot be read may be newer, or they are of
   *     several clusters
   */
  public Manifest newest() {
    List<Listed> all = list();
    for (Listed one : all) {
      if (one.manifest == null) {
        throw new BackupException(
            "the newest backup is not known, for one cannot be read: "
                + one.problem
                + "; name one with --id");
      }
    }
    requireOneCluster(all, "name one with --id");
    if (all.isEmpty() || all.getFirst().manifest == null) {
      throw new BackupException("there is no backup in " + directory);
    }
    return all.getFirst().manifest;
  }

  /** Whose backups they are, as far as they can be read. */
  static Set<UUID> clusters(List<Listed> all) {
    Set<UUID> clusters = new TreeSet<>();
    for (Listed one : all) {
      if (one.manifest != null) {
        clusters.add(one.manifest.cluster());
      }
    }
    return clusters;
  }

  /** Of two clusters, one's newest backup says nothing about the other. */
  void requireOneCluster(List<Listed> all, String remedy) {
    Set<UUID> clusters = clusters(all);
    if (clusters.size() > 1) {
      throw new BackupException(
          directory + " holds backups of several clusters, " + clusters + "; " + remedy);
    }
  }

  /**
   * Reads content and compares it with its name.
   *
   * @param sink gets its pieces, before it is known that they are right
   * @throws CorruptionException naming the file that is missing or damaged
   */
  void read(Manifest.File file, Sha256.Sink sink) throws IOException {
    Path content = content(file.sha256());
    String what = directory.relativize(content) + " (" + file.name() + ")";
    if (!Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)) {
      throw new CorruptionException(what + " is missing");
    }
    if (Files.size(content) != file.bytes()) {
      throw new CorruptionException(
          what + " has " + Files.size(content) + " bytes instead of " + file.bytes());
    }
    Sha256 read = Sha256.of(content, sink);
    if (read.bytes() != file.bytes() || !read.name().equals(file.sha256())) {
      throw new CorruptionException(what + " is damaged: its SHA-256 differs");
    }
  }

  /** Reads content into a new file, which is forced to disk. */
  void copy(Manifest.File file, Path to) throws IOException {
    try (FileChannel out =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      read(
          file,
          (piece, length) -> {
            ByteBuffer bytes = ByteBuffer.wrap(piece, 0, length);
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
          });
      out.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new CorruptionException("the backup holds " + file.name() + " twice", e);
    }
  }
}
