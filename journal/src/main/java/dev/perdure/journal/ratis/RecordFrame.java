package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record of a log file: the body's length as a varint, the body (a {@code LogEntryProto}), and
 * the CRC-32C of both, big-endian. A zero in place of a length ends the file; zeros follow.
 *
 * @param from where it begins
 * @param body where its body begins
 * @param end where the next record begins
 */
record RecordFrame(int from, int body, int end) {

  static final int CHECKSUM_BYTES = 4;

  private static final int LENGTH_BYTES_MAX = 5;
  private static final int TERM_TAG = 1 << 3;
  private static final int INDEX_TAG = 2 << 3;
  private static final int CONFIGURATION_TAG = 4 << 3 | 2;

  /** The frame that begins at a place; null if what stands there cannot be a length. */
  static @Nullable RecordFrame at(ByteBuffer bytes, int from) {
    long length = 0;
    for (int i = 0; i < LENGTH_BYTES_MAX && from + i < bytes.limit(); i++) {
      int b = bytes.get(from + i);
      length |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        long end = from + i + 1 + length + CHECKSUM_BYTES;
        return length == 0 || end > bytes.limit()
            ? null
            : new RecordFrame(from, from + i + 1, (int) end);
      }
    }
    return null;
  }

  /** True if a length stands here that reaches beyond the end of the file. */
  static boolean runsOver(ByteBuffer bytes, int from) {
    long length = 0;
    for (int i = 0; i < LENGTH_BYTES_MAX; i++) {
      if (from + i >= bytes.limit()) {
        return true;
      }
      int b = bytes.get(from + i);
      length |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return length > 0
            && length <= Integer.MAX_VALUE
            && from + i + 1 + length + CHECKSUM_BYTES > bytes.limit();
      }
    }
    return false;
  }

  int bodyEnd() {
    return end - CHECKSUM_BYTES;
  }

  int storedChecksum(ByteBuffer bytes) {
    return bytes.getInt(bodyEnd());
  }

  int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(from).limit(bodyEnd()));
    return (int) crc.getValue();
  }

  boolean intact(ByteBuffer bytes) {
    return checksum(bytes) == storedChecksum(bytes);
  }

  /**
   * Term and index of the body: its first two fields, left out by the encoding where they are 0.
   * Meaningful only in an intact record.
   */
  LogPosition position(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().position(body).limit(bodyEnd());
    long term = field(in, TERM_TAG);
    long index = field(in, INDEX_TAG);
    return new LogPosition(term, index);
  }

  /** True if the body is one of the engine's configurations. Only in an intact record. */
  boolean isConfiguration(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().position(body).limit(bodyEnd());
    field(in, TERM_TAG);
    field(in, INDEX_TAG);
    return in.hasRemaining() && in.get() == CONFIGURATION_TAG;
  }

  private static long field(ByteBuffer in, int tag) {
    if (!in.hasRemaining() || in.get(in.position()) != tag) {
      return 0;
    }
    in.get();
    long value = 0;
    for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
      int b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }
}
