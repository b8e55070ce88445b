package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.util.Arrays;

/**
 * Which slots a shard owns, as its own log says. It holds only what ever changed: a slot that never
 * moved is owned, because a shard is never asked for a slot that no map ever gave it. Immutable.
 */
public final class SlotTable {

  /** Of a shard whose slots never moved. */
  public static final SlotTable EMPTY = new SlotTable(null);

  static final int FORMAT = 1;
  private static final int TYPE = 'W';

  private static final Slot NEVER_MOVED = new Slot(Status.OWNED, 0, 0, 0);

  private final Slot @org.jspecify.annotations.Nullable [] slots;

  private SlotTable(Slot @org.jspecify.annotations.Nullable [] slots) {
    this.slots = slots;
  }

  /** What a shard is to a slot. */
  public enum Status {
    /** Decides its commands. */
    OWNED(1),
    /** Takes its rows in, and decides nothing. */
    COMING(2),
    /** Decides nothing any more; its rows are final, and may be copied. */
    GONE(3),
    /** Has deleted its rows. */
    CLEARED(4),
    /** Of a change: a move from here does not take place; it is owned as it was before. */
    KEPT(5);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Status of(int code) {
      for (Status one : values()) {
        if (one.code == code) {
          return one;
        }
      }
      throw new CorruptionException("status " + code + " of a slot is not known");
    }

    /** True if the slot's rows so far are deleted by the change to it. */
    public boolean clears() {
      return this == COMING || this == CLEARED;
    }

    /** True if another shard has the slot, or gets it. */
    public boolean left() {
      return this == GONE || this == CLEARED;
    }
  }

  /**
   * A slot.
   *
   * @param move id of the move that changed it last; 0 for none
   * @param other the shard that it came from, or went to
   * @param since the shard's offset at which it began to come; what is older is not of it
   */
  public record Slot(Status status, long move, int other, long since) {

    /** One that leaves, and one that stays after all, is as old as it was. */
    private Slot changed(SlotChange change) {
      boolean sameAge = change.status() == Status.GONE || change.status() == Status.KEPT;
      return new Slot(
          change.status() == Status.KEPT ? Status.OWNED : change.status(),
          change.move(),
          change.other(),
          sameAge ? since : change.since());
    }
  }

  /** True if no slot ever moved. */
  public boolean isEmpty() {
    return slots == null;
  }

  public Slot of(int slot) {
    return slots == null ? NEVER_MOVED : slots[slot];
  }

  public boolean owns(int slot) {
    return slots == null || slots[slot].status == Status.OWNED;
  }

  /** The table behind a change. */
  public SlotTable with(SlotChange change) {
    Slot[] next = copy();
    change.slots().forEach(slot -> next[slot] = next[slot].changed(change));
    return new SlotTable(next);
  }

  private Slot[] copy() {
    if (slots != null) {
      return slots.clone();
    }
    Slot[] all = new Slot[EntityAddress.SLOTS];
    Arrays.fill(all, NEVER_MOVED);
    return all;
  }

  /** The row of a slot. */
  public byte[] row(int slot) {
    Slot of = of(slot);
    ByteWriter out = new ByteWriter(32).u8(FORMAT).u8(TYPE).u8(of.status.code());
    return out.varint(of.move).varint(of.other).varint(of.since).checksumFrom(0).toBytes();
  }

  /** This table and a slot's stored row; damaged bytes throw {@link CorruptionException}. */
  public SlotTable read(int slot, byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "slot");
    Formats.check(in, FORMAT, TYPE, "slot");
    Slot[] next = copy();
    next[slot] = new Slot(Status.of(in.u8()), in.varint(), (int) in.varint(), in.varint());
    return new SlotTable(next);
  }
}
