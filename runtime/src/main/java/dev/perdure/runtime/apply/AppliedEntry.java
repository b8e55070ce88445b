package dev.perdure.runtime.apply;

import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.SlotTable;
import java.util.Arrays;

/**
 * What the shard's loop needs to know of an entry whose effects are stored. Immutable once handed
 * on.
 */
public final class AppliedEntry {

  private final Fence fence;
  private final long stamp;
  private long nextOffset;
  private long[] hashes = new long[16];
  private long[] offsets = new long[16];
  private int operations;
  private long expiredThrough = -1;
  private SlotTable slots = SlotTable.EMPTY;

  AppliedEntry(Fence fence, long stamp, long nextOffset) {
    this.fence = fence;
    this.stamp = stamp;
    this.nextOffset = nextOffset;
  }

  void operation(long hash, long offset) {
    if (operations == hashes.length) {
      hashes = Arrays.copyOf(hashes, operations * 2);
      offsets = Arrays.copyOf(offsets, operations * 2);
    }
    hashes[operations] = hash;
    offsets[operations++] = offset;
  }

  void expired(long throughOffset) {
    expiredThrough = Math.max(expiredThrough, throughOffset);
  }

  void nextOffset(long next) {
    nextOffset = next;
  }

  void slots(SlotTable now) {
    slots = now;
  }

  /** Which slots the shard owns after it. */
  public SlotTable slots() {
    return slots;
  }

  public Fence fence() {
    return fence;
  }

  public long stamp() {
    return stamp;
  }

  /** The shard's next free offset after it. */
  public long nextOffset() {
    return nextOffset;
  }

  /** How many operations it recorded. */
  public int operations() {
    return operations;
  }

  public long operationHash(int i) {
    return hashes[i];
  }

  public long operationOffset(int i) {
    return offsets[i];
  }

  /** Operations up to this offset are forgotten; -1 if none. */
  public long expiredThrough() {
    return expiredThrough;
  }

  long[] hashes() {
    return Arrays.copyOf(hashes, operations);
  }

  long[] offsets() {
    return Arrays.copyOf(offsets, operations);
  }
}
