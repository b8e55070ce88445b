package dev.perdure.runtime.stream;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads one shard's stream from what this replica has applied. Any thread. */
public final class ShardStream {

  private static final int ROWS_MAX = 2_000;

  private final ShardState state;

  public ShardStream(ShardState state) {
    this.state = state;
  }

  /** A part of the stream. */
  public sealed interface Item {

    /** The offset that it begins at. */
    long offset();
  }

  /**
   * What one command left behind.
   *
   * @param offset of its first event
   * @param imported true if a move brought it here
   */
  public record Found(long offset, EntityAddress entity, boolean imported, CommandRecord record)
      implements Item {}

  /**
   * A record that was deleted here because its slot left, or because an attempt to move the slot
   * here was given up: who has the slot has it.
   *
   * @param stamp of it; 0 if a move had brought it, so that nobody can tell
   */
  public record Left(long offset, int slot, long stamp) implements Item {}

  /** A change of what the shard is to slots. */
  public record Changed(long offset, SlotChange change) implements Item {}

  /**
   * What to read.
   *
   * @param after what begins up to this offset is left out; -1 for nothing
   * @param wanted of which entities; changes of slots always are
   * @param since records that were decided before this stamp are left out
   * @param limit how many records at most
   */
  public record Wanted(long after, Predicate<EntityAddress> wanted, long since, int limit) {}

  /**
   * What was read.
   *
   * @param upTo nothing that is wanted is left out up to what begins there
   * @param stamp of the entry there; 0 if nothing new was read
   * @param end nothing begins behind it and before this offset; 0 if there may be more
   */
  public record Part(List<Item> items, long upTo, long stamp, long end) {}

  /** The first offset that cannot be read here yet. */
  public long end() {
    return state.readable().nextOffset();
  }

  /** The stamp of the entry of which something begins at an offset; 0 if nothing does. */
  public long stampAt(long offset) {
    try (StateStore.Scan rows = state.store().scan(Keys.events(offset), Keys.events(-1))) {
      if (!rows.valid()) {
        return 0;
      }
      EventsRow row = EventsRow.read(rows.value());
      boolean there = row.items().stream().anyMatch(item -> item.offset() == offset);
      return there ? row.stamp() : 0;
    }
  }

  /** The stamp of the first entry behind an offset; 0 if there is none. */
  public long stampBehind(long offset) {
    try (StateStore.Scan rows = state.store().scan(Keys.events(offset + 1), Keys.events(-1))) {
      return rows.valid() ? EventsRow.read(rows.value()).stamp() : 0;
    }
  }

  /** Reads on. */
  public Part read(Wanted wanted) {
    long end = end();
    Reading reading = new Reading(wanted);
    try (StateStore.Scan rows =
        state.store().scan(Keys.events(wanted.after + 1), Keys.events(-1))) {
      int seen = 0;
      for (; rows.valid(); rows.next()) {
        EventsRow row = EventsRow.read(rows.value());
        for (EventsRow.Item item : row.items()) {
          if (item.offset() >= end) {
            return reading.part(end);
          }
          if (item.offset() > wanted.after && !reading.take(item, row.stamp())) {
            return reading.part(0);
          }
        }
        if (++seen >= ROWS_MAX || reading.full()) {
          return reading.part(0);
        }
      }
    }
    return reading.part(end);
  }

  /** One read on its way. */
  private final class Reading {
    private final Wanted wanted;
    private final List<Item> items = new ArrayList<>();
    private int records;
    private long upTo;
    private long stamp;

    Reading(Wanted wanted) {
      this.wanted = wanted;
      this.upTo = wanted.after;
    }

    boolean full() {
      return records >= wanted.limit;
    }

    Part part(long end) {
      return new Part(List.copyOf(items), upTo, stamp, end);
    }

    /** Takes one; false if this is as far as it goes now. */
    boolean take(EventsRow.Item item, long rowStamp) {
      Item taken = null;
      switch (item) {
        case EventsRow.Slots slots -> taken = new Changed(slots.offset(), slots.change());
        case EventsRow.Recorded record -> {
          if (full()) {
            return false;
          }
          SlotTable.Slot slot = state.slots().of(Keys.slotOf(record.prefix(), 0));
          boolean stale = record.offset() < slot.since();
          if (slot.status() == SlotTable.Status.COMING && !stale) {
            return false; // it may be taken back; whoever owns it now has it, too
          }
          if (record.imported() || rowStamp >= wanted.since) {
            taken = wanted(record, rowStamp);
          }
        }
      }
      upTo = item.offset();
      stamp = rowStamp;
      if (taken != null) {
        items.add(taken);
        records += taken instanceof Changed ? 0 : 1;
      }
      return true;
    }

    private @Nullable Item wanted(EventsRow.Recorded record, long rowStamp) {
      EntityAddress entity = Keys.addressOf(record.prefix());
      return wanted.wanted.test(entity) ? load(record, entity, rowStamp) : null;
    }
  }

  private Item load(EventsRow.Recorded at, EntityAddress entity, long rowStamp) {
    try (StateStore.Scan rows = state.store().withEvents(at.prefix(), at.offset())) {
      if (rows.valid()) {
        byte[] key = rows.key();
        if (Keys.isRecord(key) && Keys.offsetOf(key) == at.offset()) {
          CommandRecord record = CommandRecord.read(rows.value());
          return new Found(at.offset(), entity, at.imported(), record);
        }
      }
    }
    SlotTable.Slot slot = state.slots().of(entity.slot());
    if (slot.status().left() || at.offset() < slot.since()) {
      return new Left(at.offset(), entity.slot(), at.imported() ? 0 : rowStamp);
    }
    throw new CorruptionException(
        "the stream has a record of " + entity + " at offset " + at.offset() + ", the store not");
  }
}
