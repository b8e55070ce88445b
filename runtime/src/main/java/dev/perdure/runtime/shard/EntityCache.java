package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.EntityAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decoded states, least recently used first, bounded in bytes. What is in flight is never evicted; it is
 * bounded by the entries in flight. Loop thread; the two figures may be read by any.
 */
final class EntityCache {

  private final long bytesMax;
  private final Map<EntityAddress, CachedEntity> entities = new LinkedHashMap<>(1024, 0.75f, true);
  private volatile long bytes;
  private volatile int size;

  EntityCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Nullable CachedEntity get(EntityAddress address) {
    return entities.get(address);
  }

  void add(CachedEntity entity) {
    entities.put(entity.address(), entity);
    bytes += entity.weight();
    size = entities.size();
    if (bytes > bytesMax) {
      evict();
    }
  }

  /** A cached entity's weight changed. */
  void reweigh(int before, int after) {
    bytes += after - before;
  }

  private void evict() {
    Iterator<CachedEntity> oldest = entities.values().iterator();
    long target = bytesMax - bytesMax / 16;
    while (bytes > target && oldest.hasNext()) {
      CachedEntity entity = oldest.next();
      if (entity.lastBatch() == null) {
        oldest.remove();
        bytes -= entity.weight();
      }
    }
    size = entities.size();
  }

  void remove(EntityAddress address) {
    CachedEntity removed = entities.remove(address);
    if (removed != null) {
      bytes -= removed.weight();
      size = entities.size();
    }
  }

  void clear() {
    entities.clear();
    bytes = 0;
    size = 0;
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }
}
