package dev.perdure.runtime.backup;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Makes a data directory of a backup: a node alone that founds a new cluster. It is no node's until
 * all of it was compared. One thread.
 */
public final class Restoration {

  private static final long NATIVE_BYTES = 128L << 20;

  private final Repository repository;
  private final Manifest manifest;
  private final Progress progress;

  /**
   * Of a backup.
   *
   * @throws BackupException if this version cannot read it
   */
  public Restoration(Repository repository, Manifest manifest, Progress progress) {
    this.repository = repository;
    this.manifest = manifest;
    this.progress = progress;
    manifest.requireReadable();
  }

  /**
   * What was made.
   *
   * @param hash of all facts: the backup's own if it has as many shards
   * @param contents hash of all commands wherever they stand: that of the backup
   * @param records how many commands are recorded
   */
  public record Restored(
      String backup,
      UUID cluster,
      UUID node,
      int shards,
      String hash,
      String contents,
      long records) {}

  /** What the shards of a directory hold together. */
  private static final class Sum {
    private long hash;
    private long contents;
    private long records;

    void add(RowSums sums) {
      for (long slot : sums.slotHashes()) {
        hash += slot;
      }
      contents += sums.contents();
      records += sums.records();
    }
  }

  /**
   * Restores.
   *
   * @param path a directory that is empty or does not exist
   * @param shards how many it is to have; 0 for as many as the backup
   * @throws CorruptionException naming what in the backup is damaged
   * @throws BackupException if the directory cannot be used
   */
  public Restored to(Path path, int shards, Entropy entropy) throws IOException {
    int count = shards == 0 ? manifest.shards().size() : shards;
    if (count < 1 || count > EntityAddress.SLOTS) {
      throw new BackupException("1 to " + EntityAddress.SLOTS + " shards are possible");
    }
    DataDirectory data =
        new DataDirectory(
            path.toAbsolutePath().normalize(),
            entropy.uuid(),
            entropy.uuid(),
            count,
            true,
            Build.THIS.newest());
    try {
      data.begin();
    } catch (StartException e) {
      throw new BackupException(String.valueOf(e.getMessage()), e);
    }
    Path lock = data.path().resolve("restore.lock");
    try (FileChannel held =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      hold(held, path);
      clear(data);
      Restored restored = fill(data, count);
      data.finish();
      // Last: who waits for the lock finds the directory finished.
      Files.delete(lock);
      return restored;
    }
  }

  /** Two restores at a time would write over each other. */
  private static void hold(FileChannel lock, Path path) throws IOException {
    try {
      if (lock.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // this very process
    }
    throw new BackupException("another restore is writing to " + path);
  }

  private static void clear(DataDirectory data) throws IOException {
    try {
      data.clear();
    } catch (StartException e) {
      throw new BackupException(String.valueOf(e.getMessage()), e);
    }
  }

  private Restored fill(DataDirectory data, int count) throws IOException {
    Sum sum = new Sum();
    try (NativeMemory memory = new NativeMemory(NATIVE_BYTES)) {
      if (manifest.isEven(count)) {
        for (Manifest.Shard shard : manifest.shards()) {
          sum.add(same(data, shard, memory));
        }
      } else {
        requireWhole();
        Redistribution redistribution = new Redistribution(repository, manifest, memory);
        for (int shard = 0; shard < count; shard++) {
          progress.doing("shard " + shard + " of " + count);
          sum.add(redistribution.write(data, shard));
        }
        redistribution.compare(sum.contents, sum.records);
      }
    }
    sync(data);
    return new Restored(
        manifest.id(),
        data.cluster(),
        data.nodeId(),
        count,
        String.format("%016x", sum.hash),
        String.format("%016x", sum.contents),
        sum.records);
  }

  /** A shard that keeps its slots keeps its files. */
  private RowSums same(DataDirectory data, Manifest.Shard shard, NativeMemory memory)
      throws IOException {
    Path into = data.shard(shard.number()).resolve("restored");
    StableDirectory.create(into);
    for (Manifest.File file : shard.files()) {
      progress.doing("shard " + shard.number() + ", " + file.name());
      repository.copy(file, into.resolve(file.name()));
      progress.read(file.bytes());
    }
    StableDirectory.sync(into);
    Snapshots snapshots = new Snapshots(data.snapshots(shard.number()));
    Snapshots.Snapshot adopted = snapshots.adopt(into, shard.at().term(), shard.at().index());
    if (!snapshots.list().contains(adopted)) {
      throw new CorruptionException(
          "shard " + shard.number() + ": its snapshot does not stand at " + shard.at());
    }
    Snapshots.place(adopted, data.state(shard.number()));
    progress.doing("shard " + shard.number() + ", comparing rows");
    return RowSums.check(data.state(shard.number()), memory, shard);
  }

  private void requireWhole() throws IOException {
    Set<String> whole = new HashSet<>();
    for (Manifest.Shard shard : manifest.shards()) {
      for (Manifest.File file : shard.files()) {
        if (whole.add(file.sha256())) {
          progress.doing("shard " + shard.number() + ", " + file.name());
          repository.read(file, (piece, length) -> progress.read(length));
        }
      }
    }
  }

  private static void sync(DataDirectory data) throws IOException {
    for (int shard = 0; shard < data.shards(); shard++) {
      StableDirectory.sync(data.state(shard));
      StableDirectory.sync(data.shard(shard));
    }
    StableDirectory.sync(data.shard(0).resolveSibling(""));
  }
}
