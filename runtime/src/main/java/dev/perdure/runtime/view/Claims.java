package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.SlotChange;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a build has of slots that ever moved, as far as it has read its shard's stream: of several
 * shards' builds, which read at their own pace, one is to show each slot. Immutable.
 */
record Claims(Map<Integer, Claim> slots) {

  /** No slot ever moved. */
  static final Claims NONE = new Claims(Map.of());

  Claims {
    slots = Map.copyOf(slots);
  }

  /** What a build has of a slot. */
  enum Kind {
    /** All rows, and they change. */
    HAS(1),
    /** All rows; they are final, and another shard is about to have the slot. */
    LEAVING(2),
    /** None, or some that do not count yet. */
    NOTHING(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) {
      for (Kind one : values()) {
        if (one.code == code) {
          return one;
        }
      }
      throw new CorruptionException("claim " + code + " to a slot is not known");
    }
  }

  /**
   * Of one slot.
   *
   * @param move the move that made it so; rises with every move
   * @param left the last move by which its rows went to another shard; 0 if there was none
   */
  record Claim(Kind kind, long move, long left) {}

  private static final Claim ALWAYS = new Claim(Kind.HAS, 0, 0);

  Claim of(int slot) {
    return slots.getOrDefault(slot, ALWAYS);
  }

  /** Behind a change. */
  Claims with(SlotChange change) {
    Map<Integer, Claim> next = new TreeMap<>(slots);
    change.slots().forEach(slot -> next.put(slot, changed(of(slot), change)));
    return new Claims(next);
  }

  private static Claim changed(Claim before, SlotChange change) {
    Kind kind =
        switch (change.status()) {
          case OWNED, KEPT -> Kind.HAS;
          case GONE -> Kind.LEAVING;
          case COMING, CLEARED -> Kind.NOTHING;
        };
    // What is cleared and never came has not left: an attempt to bring it was given up.
    boolean leaves = kind == Kind.NOTHING && before.kind == Kind.LEAVING;
    return new Claim(kind, change.move(), leaves ? before.move : before.left);
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(16 + 8 * slots.size()).varint(slots.size());
    new TreeMap<>(slots)
        .forEach(
            (slot, claim) ->
                out.u16(slot).u8(claim.kind.code).varint(claim.move).varint(claim.left));
    return out.checksumFrom(0).toBytes();
  }

  static Claims read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "slots of a view");
    Map<Integer, Claim> slots = new TreeMap<>();
    int count = in.length();
    for (int i = 0; i < count; i++) {
      int slot = in.u16();
      slots.put(slot, new Claim(Kind.of(in.u8()), in.varint(), in.varint()));
    }
    return new Claims(slots);
  }
}
