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
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of slots that leave a shard, in an order that needs no memory: entity by entity, of
 * each first the rows of any other kind, then its records by offset, and its state checkpoint
 * behind the record of the version that it stands for.
 *
 * <p>What a page costs follows from what it passes over, not from how much the slots hold: small
 * entities are read one behind the other, a large one by itself.
 *
 * @param rows their keys and values, in turn
 * @param next where to go on; empty at the end
 */
public record SlotPage(List<byte[]> rows, byte[] next) {

  private static final byte[] END = {};
  private static final byte RECORD = 'r';
  private static final byte CHUNK = 'h';

  /**
   * Which records: those that the shard gave offsets from one up to another.
   *
   * @param from inclusive
   * @param end exclusive, a page is the last one if that leaves nothing; {@link #OPEN} for all,
   *     which needs slots that nothing changes any more
   */
  public record Span(long from, long end) {
    public static final long OPEN = Long.MAX_VALUE;

    boolean has(long offset) {
      return offset >= from && offset < end;
    }

    boolean last() {
      return end == OPEN;
    }
  }

  /**
   * What is wanted.
   *
   * @param after where the page before ended; empty at the beginning
   */
  public record Wanted(SlotSet slots, Span span, byte[] after) {}

  /**
   * How much at a time.
   *
   * @param bytesMax with the record that reaches it the page is full
   * @param late true if it has taken long enough
   */
  public record Limit(int bytesMax, BooleanSupplier late) {}

  /** Reads rows; throws {@link dev.perdure.kernel.CorruptionException} if one is damaged. */
  public static SlotPage read(HistoryStore store, Wanted wanted, Limit limit) {
    return new Reading(store, wanted, limit).read();
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

  void write(ByteWriter out) {
    out.blob(next).varint(rows.size());
    rows.forEach(out::blob);
  }

  static SlotPage of(ByteReader in) {
    byte[] next = in.blob();
    List<byte[]> rows = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      rows.add(in.blob());
    }
    return new SlotPage(rows, next);
  }

  private record Recorded(long offset, byte[] key, byte[] value) {}

  private record Checkpoint(byte[] key, byte[] row, long version, long offset) {
    static Checkpoint of(byte[] key, byte[] row) {
      StateCheckpoint read = StateCheckpoint.read(row);
      return new Checkpoint(key, row, read.version(), read.offset());
    }
  }

  /** An entity's rows, as far as they were read. */
  private static final class Entity {
    private final byte[] prefix;
    private final List<byte[]> others = new ArrayList<>();
    private final List<Recorded> records = new ArrayList<>();
    private byte @Nullable [] checkpoint;
    private long bytes;

    Entity(byte[] prefix) {
      this.prefix = prefix;
    }

    boolean has(byte[] key) {
      return key.length > prefix.length
          && Arrays.equals(prefix, 0, prefix.length, key, 0, prefix.length);
    }

    void take(byte[] key, StateStore.Scan row, Span span) {
      byte kind = key[prefix.length];
      if (kind == RECORD) {
        long offset = Keys.offsetOf(key);
        if (span.has(offset)) {
          records.add(new Recorded(offset, key, value(row)));
        }
      } else if (kind == Keys.CHECKPOINT) {
        checkpoint = value(row); // whether it is wanted is seen by the records
      } else if (kind != CHUNK && span.last()) {
        others.add(key);
        others.add(value(row)); // of what changes it nothing is known
      }
    }

    private byte[] value(StateStore.Scan row) {
      byte[] value = row.value();
      bytes += value.length;
      return value;
    }
  }

  private static final class Reading {
    private final HistoryStore store;
    private final SlotSet slots;
    private final Span span;
    private final byte[] after;
    private final Limit limit;
    private final List<byte[]> rows = new ArrayList<>();
    private int bytes;
    private byte[] next = END;

    Reading(HistoryStore store, Wanted wanted, Limit limit) {
      this.store = store;
      this.slots = wanted.slots;
      this.span = wanted.span;
      this.after = wanted.after;
      this.limit = limit;
    }

    SlotPage read() {
      if (span.from >= span.end) {
        return new SlotPage(rows, END);
      }
      byte[] from = Keys.isRecord(after) ? rest(Keys.prefixOf(after), Keys.offsetOf(after)) : after;
      int first = after.length == 0 ? slots.first() : Keys.slotOf(after, 0);
      slots
          .only(slot -> slot >= first)
          .forEach(
              slot -> {
                byte[] begin = Keys.slot(slot);
                byte[] end = Keys.slot(slot + 1);
                byte[] at = Arrays.compareUnsigned(from, begin) > 0 ? from : begin;
                while (next.length == 0 && Arrays.compareUnsigned(at, end) < 0) {
                  at = part(at, end);
                }
              });
      return new SlotPage(rows, next);
    }

    private boolean full() {
      return bytes >= limit.bytesMax || limit.late.getAsBoolean();
    }

    /** Reads some entities; gives where to go on. */
    private byte[] part(byte[] from, byte[] to) {
      HistoryStore.Part part = store.part(from, to, span.from);
      Entity entity = null;
      try (StateStore.Scan all = part.rows()) {
        for (; all.valid(); all.next()) {
          byte[] key = all.key();
          if (entity == null || !entity.has(key)) {
            if (entity != null && ended(entity)) {
              return next;
            }
            entity = new Entity(Keys.prefixOf(key));
          }
          entity.take(key, all, span);
          if (entity.bytes > limit.bytesMax) {
            break;
          }
        }
      }
      if (entity == null) {
        return part.end();
      }
      if (entity.bytes > limit.bytesMax) {
        return large(entity.prefix);
      }
      return ended(entity) ? next : part.end();
    }

    /** Adds an entity; true if the page is full then. */
    private boolean ended(Entity entity) {
      rows.addAll(entity.others);
      entity.others.forEach(row -> bytes += row.length);
      byte[] row = entity.checkpoint;
      byte[] key = Keys.kind(entity.prefix, Keys.CHECKPOINT);
      if (!entity.records.isEmpty()) {
        Checkpoint checkpoint = row == null ? null : wanted(key, row);
        entity.records.sort(Comparator.comparingLong(Recorded::offset));
        boolean first = true;
        for (Recorded one : entity.records) {
          record(one, first ? checkpoint : null, checkpoint);
          first = false;
        }
      } else if (row != null && span.from == 0 && wanted(key, row) != null) {
        add(key, row);
      }
      next = full() ? Keys.kind(entity.prefix, 0xFF) : END;
      return next.length > 0;
    }

    /** One that was made before the records of another pass, or by them, comes with those. */
    private @Nullable Checkpoint wanted(byte[] key, byte[] row) {
      Checkpoint read = Checkpoint.of(key, row);
      return span.has(read.offset) ? read : null;
    }

    private void add(byte[] key, byte[] value) {
      rows.add(key);
      rows.add(value);
      bytes += key.length + value.length;
    }

    private byte[] large(byte[] prefix) {
      if (span.last()) {
        others(prefix);
      }
      return rest(prefix, -1);
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

    /** The records of one entity behind an offset, by themselves; gives where to go on. */
    private byte[] rest(byte[] prefix, long offset) {
      byte[] key = Keys.kind(prefix, Keys.CHECKPOINT);
      byte[] row = store.get(key);
      Checkpoint checkpoint = row == null ? null : wanted(key, row);
      long from = Math.max(offset + 1, span.from);
      boolean first = offset < 0;
      try (StateStore.Scan with = store.withEvents(prefix, from);
          StateStore.Scan without =
              store.stored(Keys.record(prefix, from), Keys.record(prefix, -1))) {
        while (with.valid() || without.valid()) {
          StateStore.Scan source = isEarlier(with, without) ? with : without;
          byte[] of = source.key();
          if (Keys.offsetOf(of) >= span.end) {
            break;
          }
          record(
              new Recorded(Keys.offsetOf(of), of, source.value()),
              first ? checkpoint : null,
              checkpoint);
          first = false;
          if (full()) {
            next = of;
            return next;
          }
          source.next();
        }
      }
      if (first && checkpoint != null && span.from == 0) {
        add(checkpoint.key, checkpoint.row);
      }
      return Keys.kind(prefix, 0xFF);
    }

    /** Adds a record, and the checkpoint where it belongs: before the first if that is newer. */
    private void record(Recorded one, @Nullable Checkpoint older, @Nullable Checkpoint checkpoint) {
      CommandRecord record = CommandRecord.read(one.value);
      if (older != null && older.version <= record.versionBefore()) {
        add(older.key, older.row);
      }
      add(one.key, one.value);
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
