package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.record.SlotTable.Status;

/**
 * What becomes of some slots in a shard: a record of a journal entry. It takes one offset of the
 * shard, so that no two changes have the same.
 *
 * @param move id of the move that it belongs to
 * @param other the shard that they come from, or go to
 * @param since the offset that it takes; for those that are owned now, that of their coming
 */
public record SlotChange(Status status, long move, int other, long since, SlotSet slots) {

  void write(ByteWriter out) {
    out.u8(status.code()).varint(move).varint(other).varint(since);
    slots.write(out);
  }

  static SlotChange read(ByteReader in) {
    Status status = Status.of(in.u8());
    return new SlotChange(status, in.varint(), (int) in.varint(), in.varint(), SlotSet.read(in));
  }
}
