package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.CorruptionException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of the state store. An entity's rows are its prefix ({@link EntityAddress}) and a kind; the
 * shard's own rows begin with 0xFFFF, which is no slot.
 *
 * <pre>
 * prefix 'c'                 state checkpoint
 * prefix 'h' offset(8)       chunk of command records with events; the offset of its last one
 * prefix 'r' offset(8)       command record without events
 * prefix 'w'                 when the entity wants to be woken
 * FFFF   'e' offset(8)       which records with events some offsets are, the last one of them
 * FFFF   'i'                 up to which offset those rows reach
 * FFFF   'f'                 which totals the pages of known entities belong to
 * FFFF   'f' page(2)         a page of known entities
 * FFFF   'm'                 where the store stands
 * FFFF   'o' offset(8)       operations of one entry, in order
 * FFFF   'n' slot(2)         how many of its entities wait to be woken
 * FFFF   's' slot(2)         what the shard is to a slot that ever moved
 * FFFF   't'                 totals: slot hashes and bytes per tenant
 * FFFF   'w' slot(2) time(8) rest of the prefix: a wake to come, in order of time
 * </pre>
 */
public final class Keys {

  /** Kind of a state checkpoint. */
  public static final byte CHECKPOINT = 'c';

  /** Kind of a command record. */
  public static final byte RECORD = 'r';

  /** Kind of a wake. */
  public static final byte WAKE = 'w';

  private static final byte CHUNK = 'h';
  private static final byte WAKE_INDEX = 'w';
  private static final byte WAKE_COUNT = 'n';
  private static final int INDEX_SLOT = 3;
  private static final int INDEX_TIME = 5;
  private static final int INDEX_ENTITY = 13;
  private static final byte KNOWN = 'f';
  private static final byte OPERATIONS = 'o';
  private static final byte SLOT = 's';
  private static final byte EVENTS = 'e';
  private static final int OFFSET_BYTES = 8;

  private Keys() {}

  public static byte[] checkpoint(EntityAddress address) {
    byte[] prefix = address.prefix();
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = CHECKPOINT;
    return key;
  }

  public static byte[] wake(EntityAddress address) {
    return kind(address.prefix(), WAKE);
  }

  /** Wakes of a slot that come at a time or later; as a bound. */
  public static byte[] wakeIndex(int slot, long time) {
    byte[] key = new byte[INDEX_ENTITY];
    shardRow(key, WAKE_INDEX, slot);
    putLong(key, INDEX_TIME, time);
    return key;
  }

  /** Where a wake that comes at a time stands in the index. */
  public static byte[] wakeIndex(byte[] wake, long time) {
    byte[] bound = wakeIndex(slotOf(wake, 0), time);
    byte[] key = Arrays.copyOf(bound, INDEX_ENTITY + wake.length - 3);
    System.arraycopy(wake, 2, key, INDEX_ENTITY, wake.length - 3);
    return key;
  }

  /** The key of the wake that stands somewhere in the index. */
  public static byte[] wakeOfIndex(byte[] index) {
    byte[] key = new byte[index.length - INDEX_ENTITY + 3];
    System.arraycopy(index, INDEX_SLOT, key, 0, 2);
    System.arraycopy(index, INDEX_ENTITY, key, 2, index.length - INDEX_ENTITY);
    key[key.length - 1] = WAKE;
    return key;
  }

  /** The time of a place in the index. */
  public static long timeOfIndex(byte[] index) {
    return offsetAt(index, INDEX_ENTITY);
  }

  /** How many wakes of a slot are in the index; as an upper bound, with the number of slots. */
  public static byte[] wakeCount(int slot) {
    byte[] key = new byte[INDEX_TIME];
    shardRow(key, WAKE_COUNT, slot);
    return key;
  }

  private static void shardRow(byte[] key, byte kind, int slot) {
    key[0] = (byte) 0xFF;
    key[1] = (byte) 0xFF;
    key[2] = kind;
    key[INDEX_SLOT] = (byte) (slot >>> 8);
    key[INDEX_SLOT + 1] = (byte) slot;
  }

  /** The record of one command. As a bound: the first record at or after {@code offset}. */
  public static byte[] record(EntityAddress address, long offset) {
    return record(address.prefix(), offset);
  }

  /** The record of one command of the entity whose keys have this prefix. */
  public static byte[] record(byte[] prefix, long offset) {
    return withOffset(prefix, RECORD, offset);
  }

  /** The chunk whose last record has this offset; as a bound: the first that may hold it. */
  public static byte[] chunk(byte[] prefix, long lastOffset) {
    return withOffset(prefix, CHUNK, lastOffset);
  }

  private static byte[] withOffset(byte[] prefix, byte kind, long offset) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1 + OFFSET_BYTES);
    key[prefix.length] = kind;
    putLong(key, prefix.length + 1, offset);
    return key;
  }

  /** Exclusive upper bound of an entity's command records. */
  public static byte[] recordsEnd(EntityAddress address) {
    return kind(address.prefix(), RECORD + 1);
  }

  public static byte[] meta() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, 'm'};
  }

  public static byte[] totals() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, 't'};
  }

  /** Which totals the pages of known entities belong to. */
  public static byte[] knownOf() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, KNOWN};
  }

  /** A page of known entities. */
  public static byte[] known(int page) {
    byte[] key = new byte[INDEX_TIME];
    shardRow(key, KNOWN, page);
    return key;
  }

  /** The operations of the entry whose first offset is given. */
  public static byte[] operations(long offset) {
    return shardRow(OPERATIONS, offset);
  }

  /** The row of the stream whose last record has this offset; as a bound: the first to hold it. */
  public static byte[] events(long lastOffset) {
    return shardRow(EVENTS, lastOffset);
  }

  /** Up to which offset the rows of the stream reach. */
  public static byte[] eventsEnd() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, 'i'};
  }

  private static byte[] shardRow(byte kind, long offset) {
    byte[] key = new byte[11];
    key[0] = (byte) 0xFF;
    key[1] = (byte) 0xFF;
    key[2] = kind;
    putLong(key, 3, offset);
    return key;
  }

  /** What the shard is to a slot; as an upper bound, with the number of slots. */
  public static byte[] slotState(int slot) {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, SLOT, (byte) (slot >>> 8), (byte) slot};
  }

  /** The slot in a key of {@link #slotState}, {@link #wakeCount} or {@link #wakeIndex}. */
  public static int slotOfState(byte[] key) {
    return slotOf(key, 3);
  }

  /** First key of a slot; as an upper bound, with the next slot. */
  public static byte[] slot(int slot) {
    return new byte[] {(byte) (slot >>> 8), (byte) slot};
  }

  /** True for the shard's own rows. */
  public static boolean isOfShard(byte[] key) {
    return key.length > 1 && key[0] == (byte) 0xFF && key[1] == (byte) 0xFF;
  }

  /** True for the key of a command record. */
  public static boolean isRecord(byte[] key) {
    return isKind(key, RECORD);
  }

  /** True for the key of a chunk of records. */
  public static boolean isChunk(byte[] key) {
    return isKind(key, CHUNK);
  }

  private static boolean isKind(byte[] key, byte kind) {
    int at = key.length - 1 - OFFSET_BYTES;
    return at > 0 && key[at] == kind && inSlot(key) && prefixLength(key) == at;
  }

  /** The first row of an entity whose kind is at least this one; as a bound. */
  public static byte[] kind(byte[] prefix, int kind) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = (byte) kind;
    return key;
  }

  /** The prefix that an entity's key begins with. */
  public static byte[] prefixOf(byte[] key) {
    return Arrays.copyOf(key, prefixLength(key));
  }

  /** Length of the prefix in the key of a record, which has a length of its own. */
  public static int recordPrefix(int keyLength) {
    return keyLength - 1 - OFFSET_BYTES;
  }

  /** True for rows that count as facts of a slot. */
  public static boolean inSlot(byte[] key) {
    return key.length > 2 && (key[0] & 0xFF) < EntityAddress.SLOTS >>> 8;
  }

  public static int slotOf(byte[] key, int at) {
    return (key[at] & 0xFF) << 8 | (key[at + 1] & 0xFF);
  }

  /** The offset that a record's or an operations row's key ends with. */
  public static long offsetOf(byte[] key) {
    return offsetAt(key, key.length);
  }

  /** The offset that ends before a place. */
  public static long offsetAt(byte[] bytes, int end) {
    return new ByteReader(bytes, end - OFFSET_BYTES, OFFSET_BYTES, "key").u64();
  }

  /** Kind of an entity's row: its byte after the prefix. */
  public static byte kindOf(byte[] key) {
    return key[prefixLength(key)];
  }

  /** The entity that a row belongs to. */
  public static EntityAddress addressOf(byte[] key) {
    ByteReader in = new ByteReader(key, "key");
    int slot = in.u16();
    String tenant = utf8(in.raw(in.u8()));
    String type = utf8(in.raw(in.u8()));
    EntityAddress address = new EntityAddress(tenant, type, utf8(in.raw(in.u16())));
    if (address.slot() != slot) {
      throw new CorruptionException("key of " + address + " stands in slot " + slot);
    }
    return address;
  }

  private static int prefixLength(byte[] key) {
    ByteReader in = new ByteReader(key, "key");
    in.u16();
    in.skip(in.u8());
    in.skip(in.u8());
    in.skip(in.u16());
    return in.position();
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void putLong(byte[] key, int at, long value) {
    for (int i = 0; i < 8; i++) {
      key[at + i] = (byte) (value >>> (56 - 8 * i));
    }
  }
}
