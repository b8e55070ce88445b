package dev.perdure.runtime.history;

import dev.perdure.kernel.Hash64;
import java.util.Arrays;

/**
 * The prefix of an entity's keys as the key of a map; a part of an array, so that a look-up copies
 * nothing.
 */
final class Prefix {

  private byte[] bytes;
  private int from;
  private int length;
  private long hash;

  Prefix(byte[] bytes) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.hash = hash();
  }

  /** Makes this the prefix at a place. Only for one that is in no map. */
  Prefix at(byte[] array, int start, int bytesLong) {
    bytes = array;
    from = start;
    length = bytesLong;
    hash = hash();
    return this;
  }

  /** One that keeps its bytes for itself. */
  Prefix copy() {
    return new Prefix(Arrays.copyOfRange(bytes, from, from + length));
  }

  /** Its bytes; only of one that was copied. Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  private long hash() {
    return Hash64.of(bytes, from, length, 0);
  }

  /** Hash of its bytes. */
  long hash64() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prefix that
        && hash == that.hash
        && Arrays.equals(
            bytes, from, from + length, that.bytes, that.from, that.from + that.length);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }
}
