package dev.perdure.runtime.history;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.StoreBatch;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The open chunks of a shard, oldest first, within a budget. Guarded by the store's lock. */
final class Waiting {

  /** A budget with which nothing ever leaves by itself. */
  static final long WITHOUT_END = Long.MAX_VALUE;

  private static final int RECORDS_MAX = 16;
  private static final int CHUNK_BYTES_MAX = 8 * 1024;

  private final Map<Prefix, OpenChunk> chunks = new LinkedHashMap<>();
  private final Prefix probe = new Prefix(new byte[0]);
  private final Supplier<ByteWriter> buffers;
  private final long bytesMax;
  private final @Nullable Known known;
  private long bytes;

  /**
   * With a budget in bytes of heap.
   *
   * @param known is told of every entity; null if nobody wants to know
   */
  Waiting(Supplier<ByteWriter> buffers, long bytesMax, @Nullable Known known) {
    this.buffers = buffers;
    this.bytesMax = bytesMax;
    this.known = known;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** Adds a record, and hands out the chunks that are full, or too old for the budget. */
  void add(StoreBatch.Added added, Consumer<OpenChunk> full) {
    StoreBatch.Range key = added.key();
    probe.at(added.source(), key.from(), Keys.recordPrefix(key.length()));
    OpenChunk chunk = chunks.get(probe);
    if (chunk == null) {
      Prefix own = probe.copy();
      chunk = new OpenChunk(own.bytes(), buffers.get());
      chunks.put(own, chunk);
      if (known != null) {
        known.add(own.hash64());
      }
    } else {
      bytes -= chunk.weight();
    }
    chunk.add(Keys.offsetAt(added.source(), key.from() + key.length()), added);
    if (isFull(chunk)) {
      chunks.remove(probe);
      full.accept(chunk);
      return;
    }
    bytes += chunk.weight();
    while (bytes > bytesMax) {
      OpenChunk oldest = takeOldest();
      oldest.evict();
      full.accept(oldest);
    }
  }

  private boolean isFull(OpenChunk chunk) {
    return bytesMax != WITHOUT_END
        && (chunk.count() >= RECORDS_MAX || chunk.bytes().size() >= CHUNK_BYTES_MAX);
  }

  /** Takes the oldest out; there must be one. */
  OpenChunk takeOldest() {
    Iterator<OpenChunk> oldest = chunks.values().iterator();
    OpenChunk chunk = oldest.next();
    oldest.remove();
    bytes -= chunk.weight();
    return chunk;
  }

  /** Drops chunks. */
  void removeIf(Predicate<OpenChunk> gone) {
    chunks
        .values()
        .removeIf(
            chunk -> {
              boolean drop = gone.test(chunk);
              bytes -= drop ? chunk.weight() : 0;
              return drop;
            });
  }

  /** What waits of one entity, if anything does. */
  @Nullable OpenChunk of(byte[] prefix) {
    return chunks.get(new Prefix(prefix));
  }

  /** What waits of all. */
  Iterable<OpenChunk> all() {
    return chunks.values();
  }
}
