package dev.perdure.runtime.history;

import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.RecordChunk;
import dev.perdure.runtime.store.StateStore;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The rows of many entities, each record a row of its own: in the order of the store's rows. */
final class SlotScan implements StateStore.Scan {

  private final StateStore.Scan rows;
  private final Deque<HistoryStore.Row> waiting;
  private final long first;
  private RecordChunk.@Nullable Cursor chunk;
  private byte[] prefix = {};
  private long seen;
  private boolean begun;
  private byte @Nullable [] record;

  /**
   * Over rows, which it closes.
   *
   * @param waiting what is not in the store yet, in the order of the rows
   * @param first records with events of lower offsets are left out; a chunk that has only such is a
   *     row of its own
   */
  SlotScan(StateStore.Scan rows, Deque<HistoryStore.Row> waiting, long first) {
    this.rows = rows;
    this.waiting = waiting;
    this.first = first;
  }

  /** Goes to the next record, or to a row that is not a chunk. */
  private void find() {
    begun = true;
    record = null;
    while (record == null) {
      RecordChunk.Cursor now = chunk;
      if (now == null || !now.next()) {
        chunk = null;
        if (!openNext()) {
          return;
        }
      } else if (now.offset() > seen && now.offset() >= first) {
        seen = now.offset();
        record = now.record();
      } else {
        now.skip();
      }
    }
  }

  /** Opens the next chunk; false if a plain row comes first, or nothing. */
  private boolean openNext() {
    HistoryStore.Row next = waiting.peek();
    byte[] key = rows.valid() ? rows.key() : null;
    if (next != null && (key == null || isBefore(next.prefix(), key))) {
      waiting.remove();
      open(next.prefix(), RecordChunk.read(next.chunk()));
      return true;
    }
    if (key != null && Keys.isChunk(key) && Keys.offsetOf(key) >= first) {
      open(Keys.prefixOf(key), RecordChunk.read(rows.value()));
      rows.next();
      return true;
    }
    return false;
  }

  private void open(byte[] ofEntity, RecordChunk.Cursor next) {
    if (!Arrays.equals(prefix, ofEntity)) {
      prefix = ofEntity;
      seen = -1;
    }
    chunk = next;
  }

  /** True if an entity's waiting records come before a row: behind its chunks, before the rest. */
  private static boolean isBefore(byte[] ofEntity, byte[] key) {
    return Arrays.compareUnsigned(Keys.chunk(ofEntity, -1), key) < 0;
  }

  @Override
  public boolean valid() {
    if (!begun) {
      find();
    }
    return record != null || rows.valid();
  }

  @Override
  public byte[] key() {
    return record != null ? Keys.record(prefix, seen) : rows.key();
  }

  @Override
  public byte[] value() {
    return record != null ? record : rows.value();
  }

  @Override
  public void next() {
    if (record == null) {
      rows.next();
    }
    find();
  }

  @Override
  public void close() {
    rows.close();
  }
}
