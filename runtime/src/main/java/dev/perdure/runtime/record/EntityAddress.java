package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Hash64;
import java.nio.charset.StandardCharsets;

/**
 * Where an entity lives: tenant, stored type name, id; with its slot and key prefix, which are
 * fixed for ever. Immutable.
 *
 * <p>The prefix is slot (2 bytes), then tenant and type with one length byte each, then the id with
 * two length bytes, all UTF-8. The hash is {@link Hash64} of the prefix without its slot, the slot
 * its lowest twelve bits.
 */
public final class EntityAddress implements Comparable<EntityAddress> {

  /** Number of slots of the key space; fixed for ever. */
  public static final int SLOTS = 4096;

  /** Longest tenant and type name, in bytes. */
  public static final int NAME_BYTES_MAX = 63;

  /** Longest id, in bytes of UTF-8. */
  public static final int ID_BYTES_MAX = 256;

  private final String tenant;
  private final String type;
  private final String id;
  private final byte[] prefix;
  private final long hash;

  /**
   * An address.
   *
   * @throws IllegalArgumentException if a part is empty, too long, or the id holds control
   *     characters
   */
  public EntityAddress(String tenant, String type, String id) {
    this.tenant = tenant;
    this.type = type;
    this.id = id;
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    checkId(id, idBytes.length);
    ByteWriter out = new ByteWriter(16 + tenant.length() + type.length() + idBytes.length);
    out.u16(0);
    name(out, "tenant", tenant);
    name(out, "type", type);
    out.u16(idBytes.length).raw(idBytes);
    this.hash = out.hash(2, out.size() - 2, 0);
    this.prefix = out.toBytes();
    prefix[0] = (byte) (slot() >>> 8);
    prefix[1] = (byte) slot();
  }

  private static void name(ByteWriter out, String what, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          what + " is " + bytes.length + " bytes long; 1 to " + NAME_BYTES_MAX + " are allowed");
    }
    out.u8(bytes.length).raw(bytes);
  }

  private static void checkId(String id, int bytes) {
    if (bytes == 0 || bytes > ID_BYTES_MAX) {
      throw new IllegalArgumentException(
          "id is " + bytes + " bytes long; 1 to " + ID_BYTES_MAX + " are allowed");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean lonely =
          Character.isSurrogate(c)
              && !(Character.isHighSurrogate(c)
                  && i + 1 < id.length()
                  && Character.isLowSurrogate(id.charAt(i + 1)));
      if (Character.isISOControl(c) || lonely) {
        throw new IllegalArgumentException(
            String.format("id holds the character U+%04X at %d, which is not allowed", (int) c, i));
      }
      if (Character.isHighSurrogate(c)) {
        i++;
      }
    }
  }

  public String tenant() {
    return tenant;
  }

  /** The stored type name. */
  public String type() {
    return type;
  }

  public String id() {
    return id;
  }

  /** 0 to 4,095. */
  public int slot() {
    return (int) (hash & (SLOTS - 1));
  }

  /** Hash of tenant, type and id. */
  public long hash() {
    return hash;
  }

  /** Hash of an operation id in the scope of this entity; never 0, which stands for none. */
  public long operationHash(String operationId) {
    byte[] bytes = operationId.getBytes(StandardCharsets.UTF_8);
    long hashed = Hash64.of(bytes, 0, bytes.length, hash);
    return hashed == 0 ? 1 : hashed;
  }

  /** The bytes with which every key of this entity begins. Not to be changed. */
  public byte[] prefix() {
    return prefix;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntityAddress that
        && hash == that.hash
        && java.util.Arrays.equals(prefix, that.prefix);
  }

  /** In the order of keys. Ids of equal hashes, which anybody can make, are found by it in maps. */
  @Override
  public int compareTo(EntityAddress other) {
    return java.util.Arrays.compareUnsigned(prefix, other.prefix);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return tenant + ":" + type + "/" + id;
  }
}
