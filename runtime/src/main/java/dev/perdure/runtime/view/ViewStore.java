package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All views of a node on disk. What cannot be read, or is of another cluster, is thrown away: it is
 * made anew. Thread-safe.
 */
final class ViewStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ViewStore.class);
  private static final byte[] OWNER = {'c'};

  private final RocksStateStore rows;
  private final AtomicInteger lastBuild;
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private boolean closed;

  /** Where a build is. */
  record Place(int shard, int build) {}

  private ViewStore(RocksStateStore rows) {
    this.rows = rows;
    this.lastBuild =
        new AtomicInteger(metas().keySet().stream().mapToInt(Place::build).max().orElse(0));
  }

  /**
   * Opens or makes it.
   *
   * @param cluster whose shards it is of
   */
  static ViewStore open(Path directory, NativeMemory memory, UUID cluster) {
    try {
      return opened(directory, memory, cluster);
    } catch (CorruptionException | UncheckedIOException e) { // also a file that is not there
      LOG.warn("the views are made anew: {}", e.getMessage());
      try {
        Snapshots.delete(directory);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      return opened(directory, memory, cluster);
    }
  }

  private static ViewStore opened(Path directory, NativeMemory memory, UUID cluster) {
    RocksStateStore rows = RocksStateStore.open(directory, memory);
    try {
      byte[] owner = rows.get(OWNER);
      String ours = cluster.toString();
      if (owner == null) {
        StoreBatch batch = new StoreBatch();
        batch.put(OWNER, ours.getBytes(StandardCharsets.US_ASCII));
        rows.write(batch);
      } else if (!ours.equals(new String(owner, StandardCharsets.US_ASCII))) {
        throw new CorruptionException("they are of another cluster");
      }
      return new ViewStore(rows);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  RocksStateStore rows() {
    return rows;
  }

  /** What a shard's builds are. */
  Map<Place, BuildMeta> metas() {
    Map<Place, BuildMeta> all = new HashMap<>();
    try (StateStore.Scan scan = rows.scan(ViewKeys.metas(), ViewKeys.metasEnd())) {
      for (; scan.valid(); scan.next()) {
        byte[] key = scan.key();
        all.put(
            new Place(ViewKeys.shardOfMeta(key), ViewKeys.buildOfMeta(key)),
            BuildMeta.read(scan.value()));
      }
    }
    return all;
  }

  /** Stores a batch; who comes when the store is closed is told so, for native code would not. */
  void write(StoreBatch batch) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store of views is closed");
      }
      rows.write(batch);
    } finally {
      open.readLock().unlock();
    }
  }

  /** A number that no build ever had. */
  int nextBuild() {
    return lastBuild.incrementAndGet();
  }

  /** Deletes all of a build. */
  void drop(Place place) {
    ViewKeys keys = new ViewKeys(place.shard(), place.build());
    StoreBatch batch = new StoreBatch();
    batch.delete(keys.meta());
    batch.deleteRange(keys.first(), keys.end());
    write(batch);
  }

  /** Notes that it is damaged: the next start makes it anew. */
  void condemn(String reason) {
    rows.condemn(reason);
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      closed = true;
    } finally {
      open.writeLock().unlock();
    }
    rows.close();
  }
}
