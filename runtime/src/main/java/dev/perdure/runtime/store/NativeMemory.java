package dev.perdure.runtime.store;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/** RocksDB's one memory budget: blocks, indexes, filters and memtables of all shards of a node. */
public final class NativeMemory implements AutoCloseable {

  static {
    NativeLibrary.load();
  }

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /** A budget in bytes; at most half of it goes to memtables. */
  public NativeMemory(long bytes) {
    cache = new LRUCache(bytes, -1, false, 0.3);
    writeBuffers = new WriteBufferManager(bytes / 2, cache);
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  /** Bytes in use. */
  public long used() {
    return cache.getUsage();
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
