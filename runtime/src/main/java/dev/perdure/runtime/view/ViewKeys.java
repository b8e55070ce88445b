package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.Arrays;

/**
 * Keys of the store of views. A build is all that one version of a view has of one shard.
 *
 * <pre>
 * 'm' shard(4) build(4)                    what and how far a build is
 * 'd' shard(4) build(4) 'e' prefix         an entity: its keys in the indexes
 * 'd' shard(4) build(4) 'i' index(1) rest  a row at its place in an index
 * 'd' shard(4) build(4) 's'                what the shard is to slots that ever moved
 * 'd' shard(4) build(4) 'x' prefix         an entity that has no row because its code fails
 * </pre>
 *
 * The rest is tenant, fields and id, {@link Ordered}; the prefix that of the entity's keys in its
 * shard, which begins with the slot.
 */
final class ViewKeys {

  private static final int META = 'm';
  private static final int DATA = 'd';
  private static final int ENTITY = 'e';
  private static final int INDEX = 'i';
  private static final int SLOTS = 's';
  private static final int FAILED = 'x';
  private static final int HEAD = 9;

  private final byte[] head;
  private final byte[] meta;

  ViewKeys(int shard, int build) {
    head = new ByteWriter(HEAD).u8(DATA).u32(shard).u32(build).toBytes();
    meta = new ByteWriter(HEAD).u8(META).u32(shard).u32(build).toBytes();
  }

  /** Where the metas of all builds begin. */
  static byte[] metas() {
    return new byte[] {META};
  }

  /** Where they end. */
  static byte[] metasEnd() {
    return new byte[] {META + 1};
  }

  static int shardOfMeta(byte[] key) {
    return new ByteReader(key, 1, 4, "key").u32();
  }

  static int buildOfMeta(byte[] key) {
    return new ByteReader(key, 5, 4, "key").u32();
  }

  byte[] meta() {
    return meta.clone();
  }

  byte[] entity(byte[] prefix) {
    return with(ENTITY, prefix);
  }

  byte[] failed(byte[] prefix) {
    return with(FAILED, prefix);
  }

  /** As an upper bound of all that failed. */
  byte[] failedEnd() {
    return with(FAILED + 1, new byte[0]);
  }

  /** Of an entity's key, or of one that failed: the prefix of its keys in the shard. */
  static byte[] prefixOf(byte[] key) {
    return Arrays.copyOfRange(key, HEAD + 1, key.length);
  }

  byte[] slots() {
    return with(SLOTS, new byte[0]);
  }

  byte[] index(int index, byte[] rest) {
    byte[] key = Arrays.copyOf(head, HEAD + 2 + rest.length);
    key[HEAD] = INDEX;
    key[HEAD + 1] = (byte) index;
    System.arraycopy(rest, 0, key, HEAD + 2, rest.length);
    return key;
  }

  /** Of the key of a row in an index: what lies behind its index. */
  static byte[] restOf(byte[] key) {
    return Arrays.copyOfRange(key, HEAD + 2, key.length);
  }

  /** Where the build's data begins. */
  byte[] first() {
    return head.clone();
  }

  /** Where it ends. */
  byte[] end() {
    return Ordered.behind(head);
  }

  private byte[] with(int kind, byte[] rest) {
    byte[] key = Arrays.copyOf(head, HEAD + 1 + rest.length);
    key[HEAD] = (byte) kind;
    System.arraycopy(rest, 0, key, HEAD + 1, rest.length);
    return key;
  }
}
