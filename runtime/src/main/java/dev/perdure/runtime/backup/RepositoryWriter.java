package dev.perdure.runtime.backup;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Changes a repository, which it holds for itself until it is closed. One thread. */
final class RepositoryWriter implements AutoCloseable {

  /** Written at once and forced, so that the disk never has much to do for a backup alone. */
  private static final int FORCED_BYTES = 4 << 20;

  private final Repository repository;
  private final FileChannel channel;
  private final FileLock lock;
  private final Path unfinished;
  private final Set<Path> changed = new HashSet<>();
  private int parts;

  private RepositoryWriter(Repository repository, FileChannel channel, FileLock lock)
      throws IOException {
    this.repository = repository;
    this.channel = channel;
    this.lock = lock;
    this.unfinished = repository.part("unfinished");
    Snapshots.empty(unfinished);
    StableDirectory.create(repository.part("files"));
    StableDirectory.create(repository.backups());
  }

  /**
   * Takes a repository and removes what an interrupted writer left.
   *
   * @throws BackupException if another writer has it
   */
  static RepositoryWriter take(Repository repository) throws IOException {
    FileChannel channel =
        FileChannel.open(
            repository.path().resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new BackupException(
          repository.path() + " is being written by another backup; wait until that has ended");
    }
    try {
      return new RepositoryWriter(repository, channel, lock);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  /** Gives the pieces of a file, the last one empty. */
  interface Pieces {
    byte[] next(long from) throws IOException;
  }

  /**
   * Content that was taken in.
   *
   * @param added bytes that were new
   */
  record Taken(String sha256, long bytes, long added) {}

  /** Takes content in; what the repository holds already is compared and kept. */
  Taken take(Pieces pieces) throws IOException {
    Path part = unfinished.resolve("part-" + ++parts);
    Sha256 sha = new Sha256();
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long forced = 0;
      byte[] piece = pieces.next(0);
      while (piece.length > 0) {
        sha.add(piece, piece.length);
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        if (sha.bytes() - forced >= FORCED_BYTES) {
          out.force(false);
          forced = sha.bytes();
        }
        piece = pieces.next(sha.bytes());
      }
      out.force(true);
    }
    String name = sha.name();
    Path content = repository.content(name);
    Path folder = Objects.requireNonNull(content.getParent());
    // Also if it is there: a backup that was interrupted may have left it without forcing its name.
    changed.add(folder);
    if (isWhole(name, sha.bytes())) {
      Files.delete(part);
      return new Taken(name, sha.bytes(), 0);
    }
    StableDirectory.create(folder);
    Files.move(part, content, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new Taken(name, sha.bytes(), sha.bytes());
  }

  private boolean isWhole(String name, long bytes) throws IOException {
    try {
      repository.read(new Manifest.File("content", bytes, 0, name, 0), (piece, length) -> {});
      return true;
    } catch (CorruptionException e) {
      return false; // missing, or to be replaced
    }
  }

  /** Makes a backup one: everything it names is on stable storage. */
  void publish(Manifest manifest) throws IOException {
    for (Path folder : changed) {
      StableDirectory.sync(folder);
    }
    StableDirectory.sync(repository.part("files"));
    Path draft = unfinished.resolve("manifest");
    Files.write(draft, manifest.toBytes());
    StableDirectory.sync(draft);
    Path named = repository.backups().resolve(manifest.id() + Repository.MANIFEST_ENDS);
    Files.move(draft, named, StandardCopyOption.ATOMIC_MOVE);
    StableDirectory.sync(repository.backups());
  }

  /** Removes a backup; its files go with {@link #sweep}. */
  void remove(String id) throws IOException {
    Files.deleteIfExists(repository.backups().resolve(id + Repository.MANIFEST_ENDS));
    StableDirectory.sync(repository.backups());
  }

  /**
   * Removes content that no manifest names.
   *
   * @return how many bytes
   * @throws BackupException if a manifest cannot be read: nobody knows what it names
   */
  long sweep() throws IOException {
    Set<String> named = new HashSet<>();
    for (Repository.Listed one : repository.list()) {
      Manifest manifest = one.manifest();
      if (manifest == null) {
        throw new BackupException(
            one.problem() + "; nothing is removed while nobody knows which files it names");
      }
      manifest.shards().forEach(shard -> shard.files().forEach(file -> named.add(file.sha256())));
    }
    long bytes = 0;
    for (Path folder : children(repository.part("files"))) {
      for (Path content : children(folder)) {
        if (!named.contains(String.valueOf(content.getFileName()))) {
          bytes += content.toFile().length();
          Files.delete(content);
        }
      }
    }
    return bytes;
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Snapshots.delete(unfinished);
    } finally {
      lock.release();
      channel.close();
    }
  }
}
