package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of slots that left a shard, in an order that needs no memory: entity by entity, of each
 * first the rows of any other kind, then its records by offset, and its state checkpoint behind the
 * record of the version that it stands for.
 *
 * @param rows their keys and values, in turn
 * @param next the key of the last record, to go on behind it; empty at the end
 */
public record SlotPage(List<byte[]> rows, byte[] next) {

  private static final byte[] END = {};
  private static final byte RECORD = 'r';
  private static final byte CHUNK = 'h';

  /**
   * Reads the rows behind a place.
   *
   * @param after the key of the last record before; empty at the beginning
   * @param bytesMax with the record that reaches it the page is full
   */
  public static SlotPage read(HistoryStore store, SlotSet slots, byte[] after, int bytesMax) {
    return new Reading(store, bytesMax).read(slots, after);
  }

  /** The rows, read; throws {@link dev.perdure.kernel.CorruptionException} if one is damaged. */
  public List<MoveStep.Row> parsed() {
    List<MoveStep.Row> parsed = new ArrayList<>(rows.size() / 2);
    for (int i = 0; i < rows.size(); i += 2) {
      parsed.add(MoveStep.Row.of(rows.get(i), rows.get(i + 1)));
    }
    return parsed;
  }

  long bytes() {
    return rows.stream().mapToLong(row -> row.length).sum();
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(1024).blob(next).varint(rows.size());
    rows.forEach(out::blob);
    return out.toBytes();
  }

  static SlotPage of(byte[] message) {
    ByteReader in = new ByteReader(message, "rows of another node");
    byte[] next = in.blob();
    List<byte[]> rows = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      rows.add(in.blob());
    }
    return new SlotPage(rows, next);
  }

  private static final class Reading {
    private final HistoryStore store;
    private final int bytesMax;
    private final List<byte[]> rows = new ArrayList<>();
    private int bytes;
    private byte[] next = END;

    Reading(HistoryStore store, int bytesMax) {
      this.store = store;
      this.bytesMax = bytesMax;
    }

    SlotPage read(SlotSet slots, byte[] after) {
      byte[] begun = after.length == 0 ? END : Keys.prefixOf(after);
      int first = after.length == 0 ? slots.first() : Keys.slotOf(after, 0);
      slots
          .only(slot -> slot >= first)
          .forEach(
              slot -> {
                if (next.length == 0) {
                  slot(slot, begun, after);
                }
              });
      return new SlotPage(rows, next);
    }

    private void slot(int slot, byte[] begun, byte[] after) {
      for (byte[] prefix : store.entities(slot)) {
        int order = Arrays.compareUnsigned(prefix, begun);
        if (order == 0) {
          records(prefix, Keys.offsetOf(after));
        } else if (order > 0) {
          others(prefix);
          records(prefix, -1);
        }
        if (next.length > 0) {
          return;
        }
      }
    }

    private void add(byte[] key, byte[] value) {
      rows.add(key);
      rows.add(value);
      bytes += key.length + value.length;
    }

    /** Rows of kinds that this code may know nothing of. */
    private void others(byte[] prefix) {
      byte[] from = Keys.kind(prefix, 0);
      byte[] end = Keys.kind(prefix, 0xFF);
      while (from.length > 0) {
        byte[] jump = END;
        try (StateStore.Scan all = store.stored(from, end)) {
          for (; all.valid() && jump.length == 0; all.next()) {
            byte kind = Keys.kindOf(all.key());
            if (kind == CHUNK || kind == RECORD) {
              jump = Keys.kind(prefix, kind + 1); // there may be very many
              break;
            }
            if (kind != Keys.CHECKPOINT) {
              add(all.key(), all.value());
            }
          }
        }
        from = jump;
      }
    }

    private void records(byte[] prefix, long after) {
      byte[] key = Keys.kind(prefix, Keys.CHECKPOINT);
      byte[] row = store.get(key);
      Checkpoint checkpoint =
          row == null ? null : new Checkpoint(key, row, StateCheckpoint.read(row).version());
      boolean first = after < 0;
      try (StateStore.Scan with = store.withEvents(prefix, after + 1);
          StateStore.Scan without =
              store.stored(Keys.record(prefix, after + 1), Keys.record(prefix, -1))) {
        while (with.valid() || without.valid()) {
          StateStore.Scan from = isEarlier(with, without) ? with : without;
          record(from.key(), from.value(), first ? checkpoint : null, checkpoint);
          first = false;
          if (bytes >= bytesMax) {
            next = from.key();
            return;
          }
          from.next();
        }
      }
      if (first && checkpoint != null) {
        add(checkpoint.key, checkpoint.row);
      }
    }

    private record Checkpoint(byte[] key, byte[] row, long version) {}

    /** Adds a record, and the checkpoint where it belongs: before the first if that is newer. */
    private void record(
        byte[] key, byte[] value, @Nullable Checkpoint older, @Nullable Checkpoint checkpoint) {
      CommandRecord record = CommandRecord.read(value);
      if (older != null && older.version <= record.versionBefore()) {
        add(older.key, older.row);
      }
      add(key, value);
      if (checkpoint != null
          && record.versionBefore() < checkpoint.version
          && checkpoint.version <= record.version()) {
        add(checkpoint.key, checkpoint.row);
      }
    }

    private static boolean isEarlier(StateStore.Scan one, StateStore.Scan other) {
      return one.valid()
          && (!other.valid() || Keys.offsetOf(one.key()) < Keys.offsetOf(other.key()));
    }
  }
}
