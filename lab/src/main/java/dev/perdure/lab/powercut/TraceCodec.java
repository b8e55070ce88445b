package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.kernel.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One record of the trace to and from an {@link Operation}. Its twin is {@code powercut.h}. */
final class TraceCodec {

  private static final int HEAD_BYTES = 64;
  private static final int BASE_DIRECTORY = 1;
  private static final int BASE_FILE = 2;
  private static final int MARK = 3;
  private static final int CREATE = 4;
  private static final int WRITE = 5;
  private static final int TRUNCATE = 6;
  private static final int ALLOCATE = 7;
  private static final int RENAME = 8;
  private static final int LINK = 9;
  private static final int UNLINK = 10;
  private static final int MKDIR = 11;
  private static final int RMDIR = 12;
  private static final int CHMOD = 13;
  private static final int SYNC_BEGIN = 14;
  private static final int SYNC_END = 15;
  private static final int WARNING = 16;
  private static final int WRITE_THROUGH = 1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private TraceCodec() {}

  /** The fixed part of a record. Zero and empty stand for "none". */
  private record Raw(
      int kind,
      int flags,
      int thread,
      int error,
      String path,
      String other,
      long inode,
      long offset,
      long length,
      MemorySegment data) {

    static final MemorySegment NO_DATA = MemorySegment.ofArray(new byte[0]);

    static Raw of(int kind, String path) {
      return new Raw(kind, 0, 0, 0, path, "", 0, 0, 0, NO_DATA);
    }

    static Raw of(int kind, long inode) {
      return new Raw(kind, 0, 0, 0, "", "", inode, 0, 0, NO_DATA);
    }

    Raw flags(int value) {
      return new Raw(kind, value, thread, error, path, other, inode, offset, length, data);
    }

    Raw inode(long value) {
      return new Raw(kind, flags, thread, error, path, other, value, offset, length, data);
    }

    Raw range(long from, long bytes) {
      return new Raw(kind, flags, thread, error, path, other, inode, from, bytes, data);
    }

    Raw other(String value) {
      return new Raw(kind, flags, thread, error, path, value, inode, offset, length, data);
    }

    Raw from(int caller, int errno) {
      return new Raw(kind, flags, caller, errno, path, other, inode, offset, length, data);
    }

    Raw data(MemorySegment value) {
      return new Raw(kind, flags, thread, error, path, other, inode, offset, length, value);
    }

    Raw text(String value) {
      return data(MemorySegment.ofArray(value.getBytes(UTF_8)));
    }
  }

  static ByteBuffer encode(Operation operation) {
    Raw raw = raw(operation);
    byte[] path = raw.path.getBytes(UTF_8);
    byte[] other = raw.other.getBytes(UTF_8);
    int dataBytes = Math.toIntExact(raw.data.byteSize());
    int bytes = HEAD_BYTES + path.length + other.length + dataBytes;
    ByteBuffer to = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    to.putInt(bytes).putInt(raw.kind).putInt(raw.flags).putInt(raw.thread).putInt(raw.error);
    to.putInt(path.length).putInt(other.length).putInt(0);
    to.putLong(raw.inode).putLong(raw.offset).putLong(raw.length).putLong(dataBytes);
    return to.put(path).put(other).put(raw.data.asByteBuffer()).flip();
  }

  private static Raw raw(Operation operation) {
    return switch (operation) {
      case Operation.BaseDirectory o ->
          Raw.of(BASE_DIRECTORY, o.path()).inode(o.inode()).flags(o.mode());
      case Operation.BaseFile o ->
          Raw.of(BASE_FILE, o.path()).inode(o.inode()).flags(o.mode()).data(o.content());
      case Operation.Marked o -> Raw.of(MARK, "").text(o.text());
      case Operation.Create o -> Raw.of(CREATE, o.path()).inode(o.inode()).flags(o.mode());
      case Operation.Write o ->
          Raw.of(WRITE, o.inode())
              .flags(o.through() ? WRITE_THROUGH : 0)
              .range(o.offset(), 0)
              .data(o.data());
      case Operation.Truncate o -> Raw.of(TRUNCATE, o.inode()).range(0, o.size());
      case Operation.Allocate o ->
          Raw.of(ALLOCATE, o.inode()).flags(o.mode()).range(o.offset(), o.length());
      case Operation.Rename o -> Raw.of(RENAME, o.from()).other(o.to()).flags(o.flags());
      case Operation.Link o -> Raw.of(LINK, o.from()).other(o.to());
      case Operation.Unlink o -> Raw.of(UNLINK, o.path());
      case Operation.MakeDirectory o -> Raw.of(MKDIR, o.path()).inode(o.inode()).flags(o.mode());
      case Operation.RemoveDirectory o -> Raw.of(RMDIR, o.path());
      case Operation.ChangeMode o -> Raw.of(CHMOD, o.inode()).flags(o.mode());
      case Operation.SyncBegin o ->
          Raw.of(SYNC_BEGIN, o.path()).inode(o.inode()).flags(o.call().code).from(o.thread(), 0);
      case Operation.SyncEnd o -> Raw.of(SYNC_END, "").from(o.thread(), o.error());
      case Operation.Warning o -> Raw.of(WARNING, o.path()).text(o.text());
    };
  }

  /** Length in bytes of the record that starts at an offset. */
  static long bytes(MemorySegment trace, long at) {
    long bytes = at + HEAD_BYTES <= trace.byteSize() ? trace.get(INT, at) : 0;
    if (bytes < HEAD_BYTES || at + bytes > trace.byteSize()) {
      throw new CorruptionException("the trace holds no whole record at byte " + at);
    }
    return bytes;
  }

  static Operation decode(MemorySegment trace, long at) {
    int pathBytes = trace.get(INT, at + 20);
    int otherBytes = trace.get(INT, at + 24);
    long text = at + HEAD_BYTES;
    Raw raw =
        new Raw(
            trace.get(INT, at + 4),
            trace.get(INT, at + 8),
            trace.get(INT, at + 12),
            trace.get(INT, at + 16),
            text(trace.asSlice(text, pathBytes)),
            text(trace.asSlice(text + pathBytes, otherBytes)),
            trace.get(LONG, at + 32),
            trace.get(LONG, at + 40),
            trace.get(LONG, at + 48),
            trace.asSlice(text + pathBytes + otherBytes, trace.get(LONG, at + 56)));
    return operation(raw, at);
  }

  private static Operation operation(Raw raw, long at) {
    return switch (raw.kind) {
      case BASE_DIRECTORY -> new Operation.BaseDirectory(raw.path, raw.inode, raw.flags);
      case BASE_FILE -> new Operation.BaseFile(raw.path, raw.inode, raw.flags, raw.data);
      case MARK -> new Operation.Marked(text(raw.data));
      case CREATE -> new Operation.Create(raw.path, raw.inode, raw.flags);
      case WRITE ->
          new Operation.Write(raw.inode, raw.offset, (raw.flags & WRITE_THROUGH) != 0, raw.data);
      case TRUNCATE -> new Operation.Truncate(raw.inode, raw.length);
      case ALLOCATE -> new Operation.Allocate(raw.inode, raw.flags, raw.offset, raw.length);
      case RENAME -> new Operation.Rename(raw.path, raw.other, raw.flags);
      case LINK -> new Operation.Link(raw.path, raw.other);
      case UNLINK -> new Operation.Unlink(raw.path);
      case MKDIR -> new Operation.MakeDirectory(raw.path, raw.inode, raw.flags);
      case RMDIR -> new Operation.RemoveDirectory(raw.path);
      case CHMOD -> new Operation.ChangeMode(raw.inode, raw.flags);
      case SYNC_BEGIN ->
          new Operation.SyncBegin(raw.path, raw.inode, SyncCall.ofCode(raw.flags), raw.thread);
      case SYNC_END -> new Operation.SyncEnd(raw.thread, raw.error);
      case WARNING -> new Operation.Warning(raw.path, text(raw.data));
      default -> throw new CorruptionException("the trace holds kind " + raw.kind + " at " + at);
    };
  }

  private static String text(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
