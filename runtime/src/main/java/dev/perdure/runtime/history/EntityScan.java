package dev.perdure.runtime.history;

import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.RecordChunk;
import dev.perdure.runtime.store.StateStore;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An entity's records: those of the chunks in order, then those without events. */
final class EntityScan implements StateStore.Scan {

  private final Range range;
  private final Sources sources;
  private RecordChunk.@Nullable Cursor chunk;
  private long seen = -1;
  private boolean begun;
  private byte @Nullable [] record;

  /** Offsets of an entity: from one, up to another. */
  record Range(byte[] prefix, long first, long end) {}

  /**
   * Where the rows come from. All stored chunks are before all that wait.
   *
   * @param waiting what is not in the store yet, in order
   * @param chunks chunks that may hold records of the range
   * @param others records of the range without events
   */
  record Sources(Deque<HistoryStore.Row> waiting, StateStore.Scan chunks, StateStore.Scan others) {}

  /** Over its sources, which it closes. */
  EntityScan(Range range, Sources sources) {
    this.range = range;
    this.sources = sources;
  }

  private void findRecord() {
    begun = true;
    record = null;
    RecordChunk.Cursor now = chunk;
    while (record == null) {
      if (now == null || !now.next()) {
        now = nextChunk();
        chunk = now;
        if (now == null) {
          return;
        }
      } else if (now.offset() >= range.end) {
        seen = range.end; // nothing behind it is wanted
        chunk = null;
        return;
      } else if (now.offset() > seen && now.offset() >= range.first) {
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
    if (sources.chunks.valid()) {
      RecordChunk.Cursor next = RecordChunk.read(sources.chunks.value());
      sources.chunks.next();
      return next;
    }
    HistoryStore.Row next = sources.waiting.poll();
    return next == null ? null : RecordChunk.read(next.chunk());
  }

  @Override
  public boolean valid() {
    if (!begun) {
      findRecord();
    }
    return record != null || sources.others.valid();
  }

  @Override
  public byte[] key() {
    return record != null ? Keys.record(range.prefix, seen) : sources.others.key();
  }

  @Override
  public byte[] value() {
    return record != null ? record : sources.others.value();
  }

  @Override
  public void next() {
    if (record != null) {
      findRecord();
    } else {
      sources.others.next();
    }
  }

  @Override
  public void close() {
    sources.chunks.close();
    sources.others.close();
  }
}
