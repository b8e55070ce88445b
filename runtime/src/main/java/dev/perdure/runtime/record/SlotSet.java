package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.util.BitSet;
import java.util.StringJoiner;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Some of the slots. Immutable. */
public final class SlotSet {

  private final BitSet bits;

  private SlotSet(BitSet bits) {
    this.bits = bits;
  }

  /** The slots for which something holds. */
  public static SlotSet where(IntPredicate holds) {
    BitSet bits = new BitSet(EntityAddress.SLOTS);
    for (int slot = 0; slot < EntityAddress.SLOTS; slot++) {
      bits.set(slot, holds.test(slot));
    }
    return new SlotSet(bits);
  }

  /** From one to another, both included. */
  public static SlotSet range(int from, int to) {
    return where(slot -> slot >= from && slot <= to);
  }

  /** What {@link #toString} gave. */
  public static SlotSet of(String ranges) {
    BitSet bits = new BitSet(EntityAddress.SLOTS);
    for (String range : ranges.isEmpty() ? new String[0] : ranges.split(",", -1)) {
      int dash = range.indexOf('-');
      int from = Integer.parseInt(range.substring(0, dash));
      bits.set(from, Integer.parseInt(range.substring(dash + 1)) + 1);
    }
    return new SlotSet(bits);
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  public int count() {
    return bits.cardinality();
  }

  /** The lowest one; there must be one. */
  public int first() {
    return bits.nextSetBit(0);
  }

  public boolean has(int slot) {
    return bits.get(slot);
  }

  public boolean all(IntPredicate holds) {
    return bits.stream().allMatch(holds);
  }

  public void forEach(IntConsumer action) {
    bits.stream().forEach(action);
  }

  /** Those of them for which something holds. */
  public SlotSet only(IntPredicate holds) {
    return where(slot -> bits.get(slot) && holds.test(slot));
  }

  /** The lowest of them, at most so many. */
  public SlotSet atMost(int count) {
    BitSet some = new BitSet(EntityAddress.SLOTS);
    bits.stream().limit(count).forEach(some::set);
    return new SlotSet(some);
  }

  /** Takes ranges of slots, both ends included. */
  public interface Ranges {
    void add(int from, int to);
  }

  /** Hands over the ranges that they are, in order. */
  public void ranges(Ranges sink) {
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int end = bits.nextClearBit(from);
      sink.add(from, end - 1);
      from = bits.nextSetBit(end);
    }
  }

  /** Appends them: how many ranges, and of each the first slot and the last. */
  public void write(ByteWriter out) {
    int[] count = {0};
    ranges((from, to) -> count[0]++);
    out.varint(count[0]);
    ranges((from, to) -> out.varint(from).varint(to));
  }

  /** Reads what {@link #write} wrote. */
  public static SlotSet read(ByteReader in) {
    BitSet bits = new BitSet(EntityAddress.SLOTS);
    for (int left = in.length(); left > 0; left--) {
      long from = in.varint();
      long to = in.varint();
      if (from > to || to >= EntityAddress.SLOTS) {
        throw new CorruptionException("slots " + from + " to " + to + " do not exist");
      }
      bits.set((int) from, (int) to + 1);
    }
    return new SlotSet(bits);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlotSet that && bits.equals(that.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  /** As ranges: {@code 0-511,700-700}. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",");
    ranges((from, to) -> text.add(from + "-" + to));
    return text.toString();
  }
}
