package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.EntityAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decoded states, least recently used first, bounded in bytes. What is in flight is never evicted;
 * it is bounded by the entries in flight. Loop thread; the two figures may be read by any.
 */
final class EntityCache {

  private final long bytesMax;
  private final boolean evictsInFlight;
  private final boolean evictsAsAdded;
  private final Map<EntityAddress, CachedEntity> entities = new LinkedHashMap<>(1024, 0.75f, true);
  private long bytes;
  private volatile long bytesSeen;
  private volatile int size;

  EntityCache(ShardParts parts) {
    this.bytesMax = parts.limits().cacheBytesMax();
    this.evictsInFlight = parts.has(PlantedBug.EVICTED_IN_FLIGHT);
    this.evictsAsAdded = parts.has(PlantedBug.EVICTED_AS_ADDED);
  }

  @Nullable CachedEntity get(EntityAddress address) {
    return entities.get(address);
  }

  /** Adds one that is about to be used: others make room for it, it stays however large it is. */
  void add(CachedEntity entity) {
    bytes += entity.weight();
    if (bytes > bytesMax) {
      evict();
    }
    if (bytes <= bytesMax || !evictsAsAdded) {
      entities.put(entity.address(), entity);
    }
    publish();
  }

  /** A cached entity's weight changed. */
  void reweigh(int before, int after) {
    bytes += after - before;
    bytesSeen = bytes;
  }

  private void evict() {
    Iterator<CachedEntity> oldest = entities.values().iterator();
    long target = bytesMax - bytesMax / 16;
    while (bytes > target && oldest.hasNext()) {
      CachedEntity entity = oldest.next();
      if (entity.lastBatch() == null || evictsInFlight) {
        oldest.remove();
        bytes -= entity.weight();
      }
    }
  }

  private void publish() {
    bytesSeen = bytes;
    size = entities.size();
  }

  void remove(EntityAddress address) {
    CachedEntity removed = entities.remove(address);
    if (removed != null) {
      bytes -= removed.weight();
      publish();
    }
  }

  void removeIf(Predicate<EntityAddress> gone) {
    List<EntityAddress> all = entities.keySet().stream().filter(gone).toList();
    all.forEach(this::remove);
  }

  void clear() {
    entities.clear();
    bytes = 0;
    publish();
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytesSeen;
  }
}
