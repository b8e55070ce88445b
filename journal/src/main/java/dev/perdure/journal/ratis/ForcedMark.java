package dev.perdure.journal.ratis;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * How far the log is known to be on disk: a file of 64 bytes, mapped, whose last word is the newest
 * forced index. It is never forced itself while it moves, so it costs a store to memory. A crash of
 * the process leaves it exact, because the page cache survives; a crash of the machine leaves it at
 * or before the truth, and then the boot's id differs.
 *
 * <p>Layout, big-endian: magic and version (8), boot id (16), CRC-32C of those (4), zero (4), flags
 * (8), zero (16), word (8). The word holds index + 1 in its low 48 bits and a check in the high 16,
 * so that it changes in one store and a damaged one is known.
 */
final class ForcedMark implements AutoCloseable {

  /**
   * What a mark says.
   *
   * @param index everything up to here was forced; -1 if nothing is known
   * @param exact nothing after {@code index} was ever acknowledged
   * @param writeFailed the last run of the log ended with a failed write or force: what stands
   *     after {@code index} may be in the page cache only, and no force would bring it to disk any
   *     more
   * @param damaged the file says nothing that can be believed
   */
  record Reading(long index, boolean exact, boolean writeFailed, boolean damaged) {
    static final Reading NONE = new Reading(-1, false, false, false);
    static final Reading DAMAGED = new Reading(-1, false, false, true);
  }

  /** The file's name in a shard's directory. */
  static final String NAME = "forced";

  private static final int BYTES = 64;
  private static final int STATIC_BYTES = 24;
  private static final int FLAGS_AT = 32;
  private static final int WORD_AT = 56;
  private static final long MAGIC = 0x5052_4446_4F52_4301L; // "PRDFORC", version 1
  private static final long INDEX_MASK = (1L << 48) - 1;
  private static final long WRITE_FAILED = 1;

  private final Arena arena;
  private final MemorySegment memory;
  private final ByteBuffer bytes;
  private volatile long index;

  private ForcedMark(Arena arena, MemorySegment memory, long index) {
    this.arena = arena;
    this.memory = memory;
    this.bytes = memory.asByteBuffer();
    this.index = index;
  }

  /** What the mark in a shard's directory says; {@link Reading#NONE} if there is none. */
  static Reading read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return Reading.NONE;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (Zeros.only(bytes, 0, bytes.limit())) {
      return Reading.NONE; // created, and lost by a power cut
    }
    if (!valid(bytes)) {
      return Reading.DAMAGED;
    }
    long word = bytes.getLong(WORD_AT);
    BootId boot = BootId.current();
    boolean exact = boot.known() && boot.equals(new BootId(bytes.getLong(8), bytes.getLong(16)));
    boolean failed = (bytes.getLong(FLAGS_AT) & WRITE_FAILED) != 0;
    return new Reading((word & INDEX_MASK) - 1, exact, exact && failed, false);
  }

  /**
   * Begins to keep the mark of this boot, at an index that is known to be forced. The file is not
   * forced: if a power cut takes it, or leaves an older one, less is known and nothing wrong.
   */
  static ForcedMark open(Path directory, long index) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(content(BootId.current(), index), 0);
      channel.truncate(BYTES);
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
      return new ForcedMark(arena, memory, index);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Everything up to an index is on disk. One thread, the one that applies. */
  void advance(long to) {
    if (to > index) {
      store(to);
    }
  }

  /**
   * The log is about to drop what stands after an index, because another leader's differs. This is
   * forced: after a power cut an older mark would miss what was dropped.
   */
  void retreat(long to) {
    if (to < index) {
      store(to);
      memory.force();
    }
  }

  private synchronized void store(long to) {
    index = to;
    bytes.putLong(WORD_AT, word(to)); // aligned: one store
  }

  /** Remembers over a restart in place that what stands after the index cannot be trusted. */
  synchronized void writeFailed() {
    bytes.putLong(FLAGS_AT, WRITE_FAILED);
  }

  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** The whole file as a boot begins it. */
  static ByteBuffer content(BootId boot, long index) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(0, MAGIC).putLong(8, boot.high()).putLong(16, boot.low());
    return bytes.putInt(STATIC_BYTES, checksum(bytes)).putLong(WORD_AT, word(index));
  }

  private static boolean valid(ByteBuffer bytes) {
    if (bytes.limit() != BYTES
        || bytes.getLong(0) != MAGIC
        || bytes.getInt(STATIC_BYTES) != checksum(bytes)
        || (bytes.getLong(FLAGS_AT) & ~WRITE_FAILED) != 0) {
      return false;
    }
    long word = bytes.getLong(WORD_AT);
    return word == word((word & INDEX_MASK) - 1);
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(STATIC_BYTES));
    return (int) crc.getValue();
  }

  private static long word(long index) {
    long value = index + 1 & INDEX_MASK;
    long mixed = (value ^ 0x5A5A_5A5A_5A5AL) * 0x9E37_79B9_7F4A_7C15L;
    return (mixed >>> 48) << 48 | value;
  }
}
