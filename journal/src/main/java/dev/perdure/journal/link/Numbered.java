package dev.perdure.journal.link;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A message with its number in front: eight bytes, big-endian. */
final class Numbered {

  private static final int BYTES = Long.BYTES;

  private Numbered() {}

  static byte[] of(long number, byte[] message) {
    return ByteBuffer.allocate(BYTES + message.length).putLong(number).put(message).array();
  }

  static long number(byte[] numbered) {
    return ByteBuffer.wrap(numbered).getLong();
  }

  static byte[] message(byte[] numbered) {
    return Arrays.copyOfRange(numbered, BYTES, numbered.length);
  }
}
