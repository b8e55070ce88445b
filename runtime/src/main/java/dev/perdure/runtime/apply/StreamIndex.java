package dev.perdure.runtime.apply;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryReader.RowRange;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The shard's stream: rows beside the facts that say which records with events stand at which
 * offsets, stored in the same batch as these. Apply thread.
 *
 * <p>A store that was written without them, or restored, has them made when it is opened: one row
 * says how far they reach. A row that is made then holds one record alone, so that those of records
 * that only the journal brings again find their place between.
 */
public final class StreamIndex {

  private static final int ITEMS_MAX = 64;
  private static final int MENDED_AT_ONCE = 1_000;

  private final HistoryStore store;
  private final long storedNext;
  private final List<EventsRow.Item> items = new ArrayList<>();
  private long end;
  private final boolean leavesGaps;
  private boolean mending;

  StreamIndex(HistoryStore store, long storedNext, Set<ApplyFlaw> flaws) {
    this.store = store;
    this.leavesGaps = flaws.contains(ApplyFlaw.STREAM_GAP);
    this.storedNext = storedNext;
    byte[] row = store.get(Keys.eventsEnd());
    this.end = row == null ? 0 : new ByteReader(row, "end of the stream").u64();
  }

  /** Makes the rows that are missing. Before anything is applied. */
  public void mend() {
    if (end >= storedNext) {
      return;
    }
    mending = true;
    StoreBatch made = new StoreBatch();
    try (StateStore.Scan rows = store.scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; rows.valid(); rows.next()) {
        byte[] key = rows.key();
        if (Keys.isRecord(key) && Keys.offsetOf(key) >= end) {
          byte[] prefix = Keys.prefixOf(key);
          CommandRecord record = CommandRecord.read(rows.value());
          if (!record.events().isEmpty() && !hidden(prefix, 0, prefix.length)) {
            single(made, new EventsRow.Recorded(Keys.offsetOf(key), prefix, false), record.stamp());
          }
        }
        if (made.count() >= MENDED_AT_ONCE) {
          store.write(made);
          made.clear();
        }
      }
    }
    store.write(made);
  }

  private static void single(StoreBatch batch, EventsRow.Item item, long at) {
    batch.put(Keys.events(item.offset()), new EventsRow(at, List.of(item)).toBytes());
  }

  private static boolean hidden(byte[] key, int from, int length) {
    String type = EventsRow.typeOf(key, from, length);
    return type.equals(EventsRow.HIDDEN_TYPE)
        || type.equals(EventsRow.HIDDEN_MESSAGES)
        || type.equals(EventsRow.HIDDEN_TRANSACTIONS);
  }

  /** The entry holds a record with events. */
  void events(RowRange row, boolean imported) {
    if (!hidden(row.entry(), row.keyFrom(), row.keyLength())) {
      int end = row.keyFrom() + Keys.recordPrefix(row.keyLength());
      byte[] prefix = Arrays.copyOfRange(row.entry(), row.keyFrom(), end);
      items.add(new EventsRow.Recorded(row.offset(), prefix, imported));
    }
  }

  /** It changes slots. */
  void slots(long offset, SlotChange change) {
    items.add(new EventsRow.Slots(offset, change));
  }

  /**
   * The entry ends.
   *
   * @param stored false if the store has its other rows already
   */
  void finish(StoreBatch batch, long stamp, long nextOffset, boolean stored) {
    if (leavesGaps && items.size() > 1) {
      items.removeLast();
    }
    if (stored) {
      for (int from = 0; from < items.size(); from += ITEMS_MAX) {
        List<EventsRow.Item> some = items.subList(from, Math.min(items.size(), from + ITEMS_MAX));
        batch.put(Keys.events(some.getLast().offset()), new EventsRow(stamp, some).toBytes());
      }
      if (nextOffset > end) {
        batch.put(Keys.eventsEnd(), new ByteWriter(8).u64(nextOffset).toBytes());
        end = nextOffset;
      }
    } else if (mending && !items.isEmpty()) {
      StoreBatch made = new StoreBatch();
      items.forEach(item -> single(made, item, stamp));
      store.write(made);
    }
    items.clear();
  }
}
