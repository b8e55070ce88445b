package dev.perdure.runtime.history;

import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.RecordChunk;
import dev.perdure.runtime.store.StateStore;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An entity's records: those of the chunks in order, then those without events. */
final class EntityScan implements StateStore.Scan {

  private final Range range;
  private final StateStore.Scan chunkRows;
  private final StateStore.Scan bareRows;
  private final Deque<HistoryStore.Row> waiting;
  private RecordChunk.@Nullable Cursor chunk;
  private long seen = -1;
  private byte @Nullable [] record;

  /** Offsets of an entity: from one, up to another. */
  record Range(byte[] prefix, long first, long end) {}

  /**
   * Over its sources, which it closes.
   *
   * @param waiting what is not in the store yet
   * @param chunkRows chunks that may hold records of the range
   * @param bareRows records of the range without events
   */
  EntityScan(
      Range range,
      Deque<HistoryStore.Row> waiting,
      StateStore.Scan chunkRows,
      StateStore.Scan bareRows) {
    this.range = range;
    this.chunkRows = chunkRows;
    this.bareRows = bareRows;
    this.waiting = waiting;
    findRecord();
  }

  private void findRecord() {
    record = null;
    RecordChunk.Cursor now = chunk;
    while (record == null) {
      if (now == null || !now.next()) {
        now = nextChunk();
        chunk = now;
        if (now == null) {
          return;
        }
      } else if (now.offset() > seen && now.offset() >= range.first && now.offset() < range.end) {
        seen = now.offset();
        record = now.record();
      } else {
        now.skip();
      }
    }
  }

  private RecordChunk.@Nullable Cursor nextChunk() {
    if (seen + 1 >= range.end) {
      return null;
    }
    if (chunkRows.valid()) {
      RecordChunk.Cursor next = RecordChunk.read(chunkRows.value());
      chunkRows.next();
      return next;
    }
    HistoryStore.Row next = waiting.poll();
    return next == null ? null : RecordChunk.read(next.chunk());
  }

  @Override
  public boolean valid() {
    return record != null || bareRows.valid();
  }

  @Override
  public byte[] key() {
    return record != null ? Keys.record(range.prefix, seen) : bareRows.key();
  }

  @Override
  public byte[] value() {
    return record != null ? record : bareRows.value();
  }

  @Override
  public void next() {
    if (record != null) {
      findRecord();
    } else {
      bareRows.next();
    }
  }

  @Override
  public void close() {
    chunkRows.close();
    bareRows.close();
  }
}
