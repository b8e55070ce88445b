package dev.perdure.runtime.inspect;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.store.StateStore;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Compares the index of wakes with the rows that it is derived from. */
public final class WakeIndexCheck {

  private WakeIndexCheck() {}

  /**
   * Reads every row of a store.
   *
   * @return how many wakes are to come
   * @throws CorruptionException if the index says anything else than the rows
   */
  public static long run(HistoryStore store) {
    long[] rows = new long[EntityAddress.SLOTS];
    try (StateStore.Scan all = store.stored(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; all.valid(); all.next()) {
        byte[] key = all.key();
        if (Keys.kindOf(key) == Keys.WAKE && WakeRow.read(all.value()).waits()) {
          rows[Keys.slotOf(key, 0)]++;
        }
      }
    }
    require(Arrays.equals(rows, indexed(store)), "the index of wakes is not that of the rows");
    require(Arrays.equals(rows, counted(store)), "the counts of wakes are not those of the rows");
    return Arrays.stream(rows).sum();
  }

  /** Each is of a row that is there, so equal counts mean equal sets. */
  private static long[] indexed(HistoryStore store) {
    long[] indexed = new long[EntityAddress.SLOTS];
    try (StateStore.Scan all =
        store.scan(Keys.wakeIndex(0, 0), Keys.wakeIndex(EntityAddress.SLOTS, 0))) {
      for (; all.valid(); all.next()) {
        byte[] key = Keys.wakeOfIndex(all.key());
        byte[] row = store.get(key);
        boolean same =
            row != null
                && Arrays.equals(row, all.value())
                && WakeRow.read(row).next() == Keys.timeOfIndex(all.key());
        require(same, "the index has another wake of " + Keys.addressOf(key) + " than its row");
        indexed[Keys.slotOf(key, 0)]++;
      }
    }
    return indexed;
  }

  private static long[] counted(HistoryStore store) {
    long[] counted = new long[EntityAddress.SLOTS];
    try (StateStore.Scan all = store.scan(Keys.wakeCount(0), Keys.wakeCount(EntityAddress.SLOTS))) {
      for (; all.valid(); all.next()) {
        counted[Keys.slotOfState(all.key())] = ByteBuffer.wrap(all.value()).getInt();
      }
    }
    return counted;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CorruptionException(otherwise);
    }
  }
}
