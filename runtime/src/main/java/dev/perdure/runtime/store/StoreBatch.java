package dev.perdure.runtime.store;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts and deletes that are stored together, laid out as RocksDB lays out a write batch, so that a
 * whole journal entry crosses into native code in one call. One thread; reusable.
 *
 * <p>Source: RocksDB {@code write_batch.cc}: sequence (8 bytes), count (4, little-endian), then
 * records of a tag (0 delete, 1 put, 15 delete of a range) and varint-prefixed byte strings.
 */
public final class StoreBatch {

  private static final int HEADER_BYTES = 12;
  private static final int DELETE = 0;
  private static final int PUT = 1;
  private static final int DELETE_RANGE = 15;

  private final ByteWriter out = new ByteWriter(64 * 1024);
  private final List<Added> records = new ArrayList<>();
  private final List<Emptied> emptied = new ArrayList<>();
  private int count;

  public StoreBatch() {
    clear();
  }

  /** Empties the batch for the next use. */
  public void clear() {
    out.reset();
    out.u64(0).u32(0);
    records.clear();
    emptied.clear();
    count = 0;
  }

  public void put(byte[] key, byte[] value) {
    out.u8(PUT).blob(key).blob(value);
    count++;
  }

  /** Puts ranges of one array. */
  public void put(byte[] source, Range key, Range value) {
    out.u8(PUT);
    out.varint(key.length()).raw(source, key.from(), key.length());
    out.varint(value.length()).raw(source, value.from(), value.length());
    count++;
  }

  /**
   * Adds a record of an entity's history. It is not among the puts: a {@link
   * dev.perdure.runtime.history.HistoryStore} decides when it becomes part of one.
   */
  public void record(Added added) {
    records.add(added);
  }

  /** The records of histories, in the order in which they were added. */
  public List<Added> records() {
    return records;
  }

  public void delete(byte[] key) {
    out.u8(DELETE).blob(key);
    count++;
  }

  /** Deletes all rows from a key up to another, exclusive. */
  public void deleteRange(byte[] from, byte[] to) {
    out.u8(DELETE_RANGE).blob(from).blob(to);
    count++;
  }

  /**
   * Notes that all rows of a slot are deleted by it, so that none waits any more for its place in
   * the store.
   */
  public void emptied(Emptied slot) {
    emptied.add(slot);
  }

  /** The slots whose rows it deletes. */
  public List<Emptied> emptied() {
    return emptied;
  }

  /** How many puts and deletes it holds. */
  public int count() {
    return count;
  }

  /** The layout that RocksDB reads. */
  public byte[] toBytes() {
    out.patchU32(8, Integer.reverseBytes(count));
    return out.toBytes();
  }

  /** Hands every put (value) and delete (null) to a sink, for stores that are not RocksDB. */
  public void forEach(Sink sink) {
    byte[] bytes = toBytes();
    ByteReader in = new ByteReader(bytes, "store batch");
    in.skip(HEADER_BYTES);
    for (int i = 0; i < count; i++) {
      switch (in.u8()) {
        case PUT -> sink.put(in.blob(), in.blob());
        case DELETE -> sink.delete(in.blob());
        default -> sink.deleteRange(in.blob(), in.blob());
      }
    }
  }

  /** A record of an entity's history: its key and its value, both parts of one array. */
  public record Added(byte[] source, Range key, Range value) {}

  /** A slot whose rows are deleted: all records before an offset, and whatever else there is. */
  public record Emptied(int slot, long before) {}

  /** A part of an array. */
  public record Range(int from, int length) {}

  /** Takes what a batch holds. */
  public interface Sink {
    void put(byte[] key, byte[] value);

    void delete(byte[] key);

    void deleteRange(byte[] from, byte[] to);
  }
}
