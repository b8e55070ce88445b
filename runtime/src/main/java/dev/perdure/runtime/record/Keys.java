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
 * FFFF   'm'                 where the store stands
 * FFFF   'o' offset(8)       operations of one entry, in order
 * FFFF   's' slot(2)         what the shard is to a slot that ever moved
 * FFFF   't'                 totals: slot hashes and bytes per tenant
 * </pre>
 */
public final class Keys {

  /** Kind of a state checkpoint. */
  public static final byte CHECKPOINT = 'c';

  /** Kind of a command record. */
  public static final byte RECORD = 'r';

  private static final byte CHUNK = 'h';
  private static final byte OPERATIONS = 'o';
  private static final byte SLOT = 's';
  private static final int OFFSET_BYTES = 8;

  private Keys() {}

  public static byte[] checkpoint(EntityAddress address) {
    byte[] prefix = address.prefix();
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = CHECKPOINT;
    return key;
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

  /** Exclusive upper bound of an entity's rows. */
  public static byte[] end(EntityAddress address) {
    byte[] prefix = address.prefix();
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1);
    key[prefix.length] = (byte) 0xFF;
    return key;
  }

  public static byte[] meta() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, 'm'};
  }

  public static byte[] totals() {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, 't'};
  }

  /** The operations of the entry whose first offset is given. */
  public static byte[] operations(long offset) {
    byte[] key = new byte[11];
    key[0] = (byte) 0xFF;
    key[1] = (byte) 0xFF;
    key[2] = OPERATIONS;
    putLong(key, 3, offset);
    return key;
  }

  /** What the shard is to a slot; as an upper bound, with the number of slots. */
  public static byte[] slotState(int slot) {
    return new byte[] {(byte) 0xFF, (byte) 0xFF, SLOT, (byte) (slot >>> 8), (byte) slot};
  }

  /** The slot that a key of {@link #slotState} ends with. */
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
