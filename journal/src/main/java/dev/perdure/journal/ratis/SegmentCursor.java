package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one log file, each verified before it is given out, and stops at the end or
 * at the first damage. The file is mapped, not read; one thread.
 */
final class SegmentCursor implements AutoCloseable {

  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

  private final Arena arena = Arena.ofConfined();
  private final SegmentFile file;
  private final ByteBuffer bytes;
  private long expected;
  private int next;
  private @Nullable RecordFrame frame;
  private LogPosition position = LogPosition.NONE;
  private @Nullable Damage damage;
  private boolean ended;

  SegmentCursor(SegmentFile file) throws IOException {
    this.file = file;
    this.expected = file.start();
    try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IOException(file.path() + " is larger than 2 GiB: not a file of this log");
      }
      this.bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
    header();
  }

  private void header() {
    int present = Math.min(HEADER.length, bytes.limit());
    int match = 0;
    while (match < present && bytes.get(match) == HEADER[match]) {
      match++;
    }
    if (match == HEADER.length) {
      next = HEADER.length;
    } else if (file.open() && Zeros.only(bytes, match, bytes.limit())) {
      // Created, and its header not written yet: nothing was ever stored in it.
      ended = true;
    } else {
      damage = new Damage(match, expected, Damage.Cause.CHANGED, "the header is not a log's", 0);
    }
  }

  /** Moves to the next record; false at the end and at damage. */
  boolean advance() {
    if (ended || damage != null) {
      return false;
    }
    if (next == bytes.limit() || Zeros.only(bytes, next, bytes.limit())) {
      ended = true;
      return false;
    }
    RecordFrame found = RecordFrame.at(bytes, next);
    if (found == null || !found.intact(bytes)) {
      damage = DamageReader.read(bytes, next, expected);
      return false;
    }
    LogPosition at = found.position(bytes);
    if (at.index() != expected || at.term() < position.term()) {
      String what = "an entry of term " + at.term() + " and index " + at.index() + " stands here";
      damage = new Damage(next, expected, Damage.Cause.CHANGED, what, 0);
      return false;
    }
    frame = found;
    position = at;
    expected++;
    next = found.end();
    return true;
  }

  LogPosition position() {
    return position;
  }

  /** Where the current record begins. */
  long offset() {
    return current().from();
  }

  /** Where what is valid so far ends. */
  long validBytes() {
    return next;
  }

  long fileBytes() {
    return bytes.limit();
  }

  @Nullable Damage damage() {
    return damage;
  }

  /** The current record's body, valid until the cursor is closed. */
  ByteBuffer body() {
    RecordFrame now = current();
    return bytes.duplicate().position(now.body()).limit(now.bodyEnd()).slice();
  }

  boolean isConfiguration() {
    return current().isConfiguration(bytes);
  }

  private RecordFrame current() {
    if (frame == null) {
      throw new CorruptionException("No record was read in " + file.path());
    }
    return frame;
  }

  @Override
  public void close() {
    arena.close();
  }
}
