package dev.perdure.journal.link;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Messages that travel together, each with its number: number (8 bytes), length (4), message. A
 * message of its own costs the transport some fifty times what its bytes do.
 */
final class Frame {

  private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;

  private Frame() {}

  /** A message and its number. */
  record Numbered(long number, byte[] message) {
    int bytes() {
      return HEAD_BYTES + message.length;
    }
  }

  /** Takes the messages of a frame. */
  interface Taker {
    void take(long number, byte[] message);
  }

  static byte[] of(List<Numbered> messages) {
    ByteBuffer out =
        ByteBuffer.allocate(messages.stream().mapToInt(Numbered::bytes).reduce(0, Math::addExact));
    for (Numbered one : messages) {
      out.putLong(one.number).putInt(one.message.length).put(one.message);
    }
    return out.array();
  }

  /**
   * Hands on what a frame holds, in order.
   *
   * @throws IllegalArgumentException if it is no frame; what came before the fault was handed on
   */
  static void read(byte[] frame, Taker taker) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    while (in.hasRemaining()) {
      if (in.remaining() < HEAD_BYTES) {
        throw new IllegalArgumentException("a frame ends within the head of a message");
      }
      long number = in.getLong();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException(
            "a message of " + length + " bytes in the last " + in.remaining() + " of a frame");
      }
      byte[] message = new byte[length];
      in.get(message);
      taker.take(number, message);
    }
  }
}
