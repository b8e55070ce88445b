package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tells an unfinished write from changed bytes. A write that a crash cut short leaves zeros,
 * because the file was filled with zeros before: the rest of the record, or whole sectors of it. A
 * flipped bit leaves everything else as it was, and the checksum then says which bit it is.
 */
final class DamageReader {

  private static final int SECTOR_BYTES = 512;
  private static final int LENGTH_BYTES_MAX = 5;

  private final ByteBuffer bytes;
  private final int from;
  private final long index;

  private DamageReader(ByteBuffer bytes, int from, long index) {
    this.bytes = bytes;
    this.from = from;
    this.index = index;
  }

  /** What is wrong with the record that should begin at a place and have an index. */
  static Damage read(ByteBuffer bytes, int from, long index) {
    return new DamageReader(bytes, from, index).read();
  }

  private Damage read() {
    if (bytes.get(from) == 0) {
      return zeroedStart();
    }
    int flippedLengthBit = flippedLengthBit();
    if (flippedLengthBit >= 0) {
      return damage(Damage.Cause.CHANGED, flipped(flippedLengthBit));
    }
    RecordFrame frame = RecordFrame.at(bytes, from);
    if (frame != null) {
      return wrongChecksum(frame);
    }
    return RecordFrame.runsOver(bytes, from)
        ? damage(Damage.Cause.CUT_SHORT, "the file ends inside the record")
        : damage(Damage.Cause.CHANGED, "no record has such a length");
  }

  /**
   * Zeros, and other bytes after them: at a sector's edge if the sectors before were not written.
   */
  private Damage zeroedStart() {
    int other = Zeros.firstOther(bytes, from, bytes.limit());
    String what = "zeros stand here, and other bytes from byte " + other;
    return damage(other % SECTOR_BYTES == 0 ? Damage.Cause.ZEROED : Damage.Cause.CHANGED, what);
  }

  private Damage wrongChecksum(RecordFrame frame) {
    int stored = frame.storedChecksum(bytes);
    int computed = frame.checksum(bytes);
    long bit = FlippedBit.find(frame.bodyEnd() - from, stored ^ computed);
    if (bit >= 0) {
      return damage(Damage.Cause.CHANGED, flipped(bit));
    }
    int zeros = Zeros.runBefore(bytes, from, frame.end());
    boolean endMissing =
        Zeros.only(bytes, frame.end(), bytes.limit())
            && (frame.end() - zeros >= RecordFrame.CHECKSUM_BYTES
                || checksumBegun(stored, computed, frame.end() - zeros));
    if (endMissing) {
      return damage(Damage.Cause.ZEROED, "the record is zeros from byte " + zeros);
    }
    int sector = zeroSector(frame);
    if (sector >= 0) {
      return damage(Damage.Cause.ZEROED, "the record has a sector of zeros at byte " + sector);
    }
    return damage(
        Damage.Cause.CHANGED,
        String.format("the checksum is %08x, the bytes' is %08x", stored, computed));
  }

  /** The checksum's first bytes are right and its last ones were not written. */
  private static boolean checksumBegun(int stored, int computed, int zeroBytes) {
    return zeroBytes > 0 && stored >>> (8 * zeroBytes) == computed >>> (8 * zeroBytes);
  }

  private int zeroSector(RecordFrame frame) {
    int first = (from + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    for (int at = first; at + SECTOR_BYTES <= frame.end(); at += SECTOR_BYTES) {
      if (Zeros.only(bytes, at, at + SECTOR_BYTES)) {
        return at;
      }
    }
    return -1;
  }

  /** The bit of the length that, turned back, makes the record intact; -1 if there is none. */
  private int flippedLengthBit() {
    byte[] head = new byte[Math.min(LENGTH_BYTES_MAX, bytes.limit() - from)];
    bytes.get(from, head);
    for (int bit = 0; bit < 8 * head.length; bit++) {
      head[bit / 8] ^= (byte) (1 << bit % 8);
      if (intactWithLength(head)) {
        return bit;
      }
      head[bit / 8] ^= (byte) (1 << bit % 8);
    }
    return -1;
  }

  private boolean intactWithLength(byte[] head) {
    long length = 0;
    int used = 0;
    do {
      length |= (long) (head[used] & 0x7F) << (7 * used);
    } while (head[used++] < 0 && used < head.length);
    long end = from + used + length;
    if (head[used - 1] < 0 || length == 0 || end + RecordFrame.CHECKSUM_BYTES > bytes.limit()) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(head, 0, used);
    crc.update(bytes.duplicate().position(from + used).limit((int) end));
    return (int) crc.getValue() == bytes.getInt((int) end);
  }

  private String flipped(long bit) {
    return "bit " + bit % 8 + " of byte " + (from + bit / 8) + " is flipped";
  }

  private Damage damage(Damage.Cause cause, String what) {
    return new Damage(from, index, cause, what, wholeRecordsAfter());
  }

  /** Intact records of later indexes anywhere behind the damage. */
  private int wholeRecordsAfter() {
    int count = 0;
    long last = index;
    for (int at = from + 1; at < bytes.limit(); at++) {
      RecordFrame frame = likelyRecord(at, last);
      if (frame != null && frame.intact(bytes)) {
        last = frame.position(bytes).index();
        count++;
        at = frame.end() - 1;
      }
    }
    return count;
  }

  /**
   * A frame whose term and index could be a later entry's: cheap, before the checksum is computed.
   */
  private @Nullable RecordFrame likelyRecord(int at, long after) {
    if (bytes.get(at) == 0) {
      return null;
    }
    RecordFrame frame = RecordFrame.at(bytes, at);
    if (frame == null || bytes.get(frame.body()) != 1 << 3) {
      return null;
    }
    LogPosition position = frame.position(bytes);
    return position.index() > after && position.index() <= after + bytes.limit() ? frame : null;
  }
}
