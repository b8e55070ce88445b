package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Hash64;
import org.jspecify.annotations.Nullable;

/**
 * Writes one journal entry: a header, records, a checksum. Reusable; one thread.
 *
 * <p>Records hold the very rows that apply will store, so that apply is a copy.
 */
public final class EntryBuilder {

  static final int FORMAT = 1;
  static final int TYPE = 'J';
  static final int COMMAND = 1;
  static final int CHECKPOINT = 2;
  static final int EXPIRY = 3;
  static final int SLOTS = 4;
  static final int IMPORT = 5;
  static final int WAKE = 6;

  private static final byte[] NOTHING = {};

  private final ByteWriter out = new ByteWriter(64 * 1024);
  private final ByteWriter row = new ByteWriter(1024);
  private int countAt;
  private int count;
  private int offsets;

  /** Starts a new entry. */
  public void begin(EntryHeader header) {
    out.reset();
    count = 0;
    offsets = 0;
    Fence fence = header.fence();
    out.u8(FORMAT).u8(TYPE);
    out.varint(fence.term()).varint(fence.epoch()).varint(fence.sequence());
    out.varint(header.stamp()).varint(header.baseOffset());
    countAt = out.size();
    out.u32(0);
  }

  /**
   * Adds the record of a command.
   *
   * @param key its row's key, which ends with base offset plus {@link #offsets()}
   * @param operation hash of its operation id in its entity's scope
   * @param charged bytes of recorded reply that count for its tenant
   */
  public void command(byte[] key, CommandRecord record, long operation, long charged) {
    row.reset();
    record.write(row);
    out.u8(COMMAND).u64(operation).varint(charged).blob(key);
    byte[] value = row.toBytes();
    out.blob(value);
    count++;
    offsets += record.offsets();
  }

  /**
   * Adds a state checkpoint.
   *
   * @param replaced hash of the row that it replaces, 0 if there is none
   * @return the hash of the new row
   */
  public long checkpoint(byte[] key, StateCheckpoint checkpoint, long replaced) {
    row.reset();
    checkpoint.write(row);
    byte[] value = row.toBytes();
    out.u8(CHECKPOINT).u64(replaced).blob(key).blob(value);
    count++;
    return rowHash(key, value);
  }

  /** What an entity's wake was before: hash of its row, 0 if there was none, and its next time. */
  public record WakeBefore(long hash, long next) {

    /** There was none. */
    public static final WakeBefore NONE = new WakeBefore(0, WakeRow.SPENT);
  }

  /**
   * Adds when an entity wants to be woken.
   *
   * @param row null if it does not want to any more
   * @return the hash of the new row, 0 if there is none
   */
  public long wake(byte[] key, @Nullable WakeRow row, WakeBefore before) {
    byte[] value = row == null ? NOTHING : row.toBytes();
    boolean indexed = before.next != WakeRow.SPENT;
    out.u8(WAKE).u64(before.hash).u8(indexed ? 1 : 0).varint(indexed ? before.next : 0);
    out.blob(key).blob(value);
    count++;
    return row == null ? 0 : rowHash(key, value);
  }

  /** Adds the end of an entry's recorded replies. */
  public void expiry(OperationsRow expired) {
    out.u8(EXPIRY).blob(expired.toBytes());
    count++;
  }

  /** Adds what becomes of slots; it takes one offset. */
  public void slots(SlotChange change) {
    out.u8(SLOTS);
    change.write(out);
    count++;
    offsets++;
  }

  /**
   * Adds a row that another shard had, a command's record under a key of this one.
   *
   * @param operation hash of its operation id; 0 for what is not a record or not remembered
   * @param charged bytes of recorded reply that count for its tenant
   */
  public void imported(byte[] key, byte[] value, long operation, long charged) {
    out.u8(IMPORT).u64(operation).varint(charged).blob(key).blob(value);
    count++;
    if (Keys.isRecord(key)) {
      offsets += Math.max(1, CommandRecord.eventsIn(value, 0, value.length));
    }
  }

  /** Offsets taken so far. */
  public int offsets() {
    return offsets;
  }

  /** Records so far. */
  public int count() {
    return count;
  }

  /** Bytes so far. */
  public int size() {
    return out.size();
  }

  /** Ends the entry. */
  public byte[] finish() {
    out.patchU32(countAt, count);
    return out.checksumFrom(0).toBytes();
  }

  /** Contribution of a row to its slot's hash. */
  public static long rowHash(byte[] key, byte[] value) {
    return Hash64.of(value, 0, value.length, Hash64.of(key));
  }
}
