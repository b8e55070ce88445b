package dev.perdure.runtime.backup;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StoreMeta;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.StateStore;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the rows of a store add up to, each of them read.
 *
 * <p>Not thread-safe.
 */
final class RowSums {

  private final long[] slotHashes = new long[EntityAddress.SLOTS];
  private long records;
  private long contents;

  void add(byte[] key, byte[] value) {
    slotHashes[Keys.slotOf(key, 0)] += EntryBuilder.rowHash(key, value);
    if (Keys.isRecord(key)) {
      records++;
      contents += Hash64.of(value, 0, value.length, Hash64.of(Keys.prefixOf(key)));
    }
  }

  /** How many commands are recorded. */
  long records() {
    return records;
  }

  /** Hash over commands that does not depend on where they stand in a shard. */
  long contents() {
    return contents;
  }

  long[] slotHashes() {
    return slotHashes;
  }

  /**
   * Reads a store that stands exactly on its totals, and compares.
   *
   * @throws CorruptionException if the rows are not what the totals, or the expected hashes, say
   */
  static RowSums check(Path directory, NativeMemory memory, long[] expected) {
    try (RocksStateStore rows = RocksStateStore.openReadOnly(directory, memory)) {
      HistoryStore store = HistoryStore.readOnly(rows);
      byte[] meta = store.get(Keys.meta());
      byte[] row = store.get(Keys.totals());
      if (meta == null || row == null) {
        throw new CorruptionException("it does not say where it stands");
      }
      Totals totals = Totals.read(row);
      if (!StoreMeta.read(meta).equals(totals.meta())) {
        throw new CorruptionException(
            "it stands at " + StoreMeta.read(meta) + ", its totals at " + totals.meta());
      }
      RowSums sums = new RowSums();
      try (StateStore.Scan scan = store.scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
        for (; scan.valid(); scan.next()) {
          sums.add(scan.key(), scan.value());
        }
      }
      compare(sums.slotHashes, totals.slotHashes(), "its totals say");
      compare(sums.slotHashes, expected, "the backup says");
      return sums;
    }
  }

  /**
   * The same of a shard of a backup, which must own its slots.
   *
   * @throws CorruptionException if the rows are not what the backup says, or not all there are
   */
  static RowSums check(Path directory, NativeMemory memory, Manifest.Shard shard) {
    try (RocksStateStore rows = RocksStateStore.openReadOnly(directory, memory)) {
      requireOwned(rows, shard);
    }
    return check(directory, memory, shard.slotHashes());
  }

  /** Rows of a slot that is on its way may be in another shard, or not all in this one. */
  static void requireOwned(StateStore store, Manifest.Shard shard) {
    SlotTable table = SlotTable.EMPTY;
    try (StateStore.Scan states =
        store.scan(Keys.slotState(0), Keys.slotState(EntityAddress.SLOTS))) {
      for (; states.valid(); states.next()) {
        table = table.read(Keys.slotOfState(states.key()), states.value());
      }
    }
    SlotTable now = table;
    SlotSet others = SlotSet.where(slot -> Slots.contain(shard.slots(), slot) && !now.owns(slot));
    if (!others.isEmpty()) {
      throw new CorruptionException(
          "shard "
              + shard.number()
              + " does not own slots "
              + others
              + " of it: they were moving when it was copied; use a backup that was made when no"
              + " move was under way");
    }
  }

  static void compare(long[] found, long[] expected, String who) {
    int slot = Arrays.mismatch(found, expected);
    if (slot >= 0) {
      throw new CorruptionException(
          String.format(
              "slot %d: the rows hash to %016x, %s %016x", slot, found[slot], who, expected[slot]));
    }
  }
}
