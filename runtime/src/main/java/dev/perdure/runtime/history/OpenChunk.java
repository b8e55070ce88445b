package dev.perdure.runtime.history;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.record.RecordChunk;
import dev.perdure.runtime.store.StoreBatch;

/** An entity's newest records, which are not in the store yet. Guarded by the store's lock. */
final class OpenChunk {

  /** What an entry of the map weighs beside the bytes: objects and headers. */
  private static final int OVERHEAD_BYTES = 240;

  private final byte[] prefix;
  private final ByteWriter bytes;
  private int count;
  private long first;
  private long last;
  private boolean evicted;

  /**
   * A chunk without records.
   *
   * @param bytes what it writes to; taken over
   */
  OpenChunk(byte[] prefix, ByteWriter bytes) {
    this.prefix = prefix;
    this.bytes = bytes;
    bytes.reset();
  }

  byte[] prefix() {
    return prefix;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  /** It leaves because memory is short, not because it is full. */
  void evict() {
    evicted = true;
  }

  boolean evicted() {
    return evicted;
  }

  ByteWriter bytes() {
    return bytes;
  }

  /** The row that it becomes. */
  byte[] row() {
    return RecordChunk.row(count, first, bytes);
  }

  int count() {
    return count;
  }

  int length() {
    return bytes.size();
  }

  /** Bytes of heap. */
  int weight() {
    return OVERHEAD_BYTES + prefix.length + bytes.array().length;
  }

  /** Adds a record: the distance of its offset, its length, itself. */
  void add(long offset, StoreBatch.Added added) {
    if (count == 0) {
      first = offset;
      last = offset;
    }
    StoreBatch.Range value = added.value();
    bytes.varint(offset - last).varint(value.length());
    bytes.raw(added.source(), value.from(), value.length());
    last = offset;
    count++;
  }
}
