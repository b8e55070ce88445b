package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Walks every entry in a journal's files, closed and open ones, in log order, without a server.
 * Each entry's checksum is verified before it is given out. One thread; to be closed.
 */
public final class LogEntries implements Iterator<LogEntry>, AutoCloseable {

  private final List<SegmentFile> files;
  private int nextFile;
  private @Nullable SegmentCursor cursor;
  private @Nullable LogEntry next;

  private LogEntries(List<SegmentFile> files) {
    this.files = files;
  }

  /**
   * The entries of a shard.
   *
   * @param journals the directory that {@link RatisSettings#directory} names
   * @throws UncheckedIOException if the files cannot be read
   */
  public static LogEntries of(Path journals, int shard) {
    try {
      return new LogEntries(SegmentFile.list(ShardGroup.logDirectory(journals, shard)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * True if another entry follows.
   *
   * @throws CorruptionException at the first record that is not intact, with file, place and index
   */
  @Override
  public boolean hasNext() {
    while (next == null) {
      SegmentCursor current = cursor;
      if (current != null && current.advance()) {
        next = entry(current);
      } else if (!open()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public LogEntry next() {
    LogEntry entry = hasNext() ? next : null;
    if (entry == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return entry;
  }

  /** Opens the next file, after the one before ended without damage. */
  private boolean open() {
    SegmentCursor current = cursor;
    if (current != null) {
      Damage damage = current.damage();
      if (damage != null) {
        throw damaged(damage);
      }
      current.close();
      cursor = null;
    }
    if (nextFile == files.size()) {
      return false;
    }
    try {
      cursor = new SegmentCursor(files.get(nextFile++));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CorruptionException damaged(Damage damage) {
    Path file = files.get(nextFile - 1).path();
    return new CorruptionException(
        file + " at byte " + damage.offset() + ", entry " + damage.index() + ": " + damage.what());
  }

  private LogEntry entry(SegmentCursor at) {
    Path file = files.get(nextFile - 1).path();
    try {
      LogEntryProto proto = LogEntryProto.parseFrom(at.body());
      LogPosition position = new LogPosition(proto.getTerm(), proto.getIndex());
      return switch (proto.getLogEntryBodyCase()) {
        case STATEMACHINELOGENTRY -> {
          byte[] bytes = proto.getStateMachineLogEntry().getLogData().toByteArray();
          yield new LogEntry(position, LogEntry.Kind.APPENDED, bytes, file, at.offset());
        }
        case CONFIGURATIONENTRY -> {
          byte[] bytes = proto.getConfigurationEntry().toByteArray();
          yield new LogEntry(position, LogEntry.Kind.CONFIGURATION, bytes, file, at.offset());
        }
        case METADATAENTRY, LOGENTRYBODY_NOT_SET -> {
          byte[] bytes = proto.getMetadataEntry().toByteArray();
          yield new LogEntry(position, LogEntry.Kind.METADATA, bytes, file, at.offset());
        }
      };
    } catch (InvalidProtocolBufferException e) {
      throw new CorruptionException(file + " at byte " + at.offset() + ": not an entry", e);
    }
  }

  @Override
  public void close() {
    SegmentCursor current = cursor;
    if (current != null) {
      current.close();
      cursor = null;
    }
    nextFile = files.size();
  }
}
