package dev.perdure.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads what {@link ByteWriter} wrote. Every read is bounds-checked; bytes that do not fit throw
 * {@link CorruptionException} that names the record and the place. One thread.
 */
public final class ByteReader {

  private final byte[] bytes;
  private final String what;
  private final int end;
  private int at;

  /**
   * Reads a range.
   *
   * @param what names the record in errors
   */
  public ByteReader(byte[] bytes, int from, int length, String what) {
    this.bytes = bytes;
    this.what = what;
    this.at = from;
    this.end = from + length;
  }

  public ByteReader(byte[] bytes, String what) {
    this(bytes, 0, bytes.length, what);
  }

  /**
   * A reader over a record that ends with the checksum of {@link ByteWriter#checksumFrom}, which is
   * verified first and left out of what can be read.
   */
  public static ByteReader checked(byte[] bytes, int from, int length, String what) {
    if (length < 4) {
      throw new CorruptionException(what + " is cut short: " + length + " bytes");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length - 4);
    ByteReader tail = new ByteReader(bytes, from + length - 4, 4, what);
    int stored = tail.u32();
    if (stored != (int) crc.getValue()) {
      throw new CorruptionException(
          String.format(
              "%s is damaged: checksum %08x, expected %08x", what, (int) crc.getValue(), stored));
    }
    return new ByteReader(bytes, from, length - 4, what);
  }

  public int position() {
    return at;
  }

  public int remaining() {
    return end - at;
  }

  public byte[] array() {
    return bytes;
  }

  public int u8() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  public int u16() {
    return u8() << 8 | u8();
  }

  public int u32() {
    return u16() << 16 | u16();
  }

  public long u64() {
    return (long) u32() << 32 | Integer.toUnsignedLong(u32());
  }

  public long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw new CorruptionException(what + ": varint longer than ten bytes at " + at);
  }

  /** A varint that must fit what is left, so that a damaged length cannot exhaust memory. */
  public int length() {
    long value = varint();
    if (value < 0 || value > remaining()) {
      throw new CorruptionException(
          what + ": length " + value + " exceeds the " + remaining() + " bytes left");
    }
    return (int) value;
  }

  public byte[] raw(int length) {
    need(length);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  public byte[] blob() {
    return raw(length());
  }

  public String text() {
    int length = length();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  public void skip(int length) {
    need(length);
    at += length;
  }

  private void need(int more) {
    if (more < 0 || end - at < more) {
      throw new CorruptionException(
          what + " is cut short: " + more + " bytes wanted at " + at + ", " + (end - at) + " left");
    }
  }
}
