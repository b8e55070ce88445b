package dev.perdure.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes the primitives that stored formats are made of into a growing array. Big-endian fixed
 * numbers (so that keys sort), unsigned LEB128 varints, length-prefixed byte strings. One thread.
 */
public final class ByteWriter {

  private byte[] bytes;
  private int size;

  public ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  /** Forgets what was written and keeps the array. */
  public void reset() {
    size = 0;
  }

  public ByteWriter u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    room(2);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
    return this;
  }

  public ByteWriter u32(int value) {
    return u16(value >>> 16).u16(value);
  }

  public ByteWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  /** Unsigned LEB128; a negative value takes ten bytes. */
  public ByteWriter varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  public ByteWriter raw(byte[] value) {
    return raw(value, 0, value.length);
  }

  public ByteWriter raw(byte[] value, int from, int length) {
    room(length);
    System.arraycopy(value, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Length as varint, then the bytes. */
  public ByteWriter blob(byte[] value) {
    return varint(value.length).raw(value);
  }

  /** UTF-8 as a blob. */
  public ByteWriter text(String value) {
    int length = value.length();
    if (length < 0x80) {
      room(length + 1);
      int start = size;
      bytes[size++] = (byte) length;
      for (int i = 0; i < length; i++) {
        char c = value.charAt(i);
        if (c >= 0x80) {
          size = start;
          return blob(value.getBytes(StandardCharsets.UTF_8));
        }
        bytes[size++] = (byte) c;
      }
      return this;
    }
    return blob(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Overwrites four bytes written earlier. */
  public ByteWriter patchU32(int at, int value) {
    int end = size;
    size = at;
    u32(value);
    size = end;
    return this;
  }

  /** CRC-32C of everything from {@code from} to here, appended as four bytes. */
  public ByteWriter checksumFrom(int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, size - from);
    return u32((int) crc.getValue());
  }

  /** Hash of a range written earlier. */
  public long hash(int from, int length, long seed) {
    return Hash64.of(bytes, from, length, seed);
  }

  /** The bytes written so far are the first {@link #size} of it; not to be changed. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  public byte[] toBytes(int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
