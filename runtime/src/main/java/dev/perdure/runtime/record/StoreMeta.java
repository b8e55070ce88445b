package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;

/**
 * Where a store stands; written together with the effects of every entry.
 *
 * @param logTerm term of the last applied entry
 * @param logIndex its index
 * @param fence the last accepted entry
 * @param stamp its time
 * @param nextOffset the shard's next free offset
 */
public record StoreMeta(long logTerm, long logIndex, Fence fence, long stamp, long nextOffset) {

  /** Of an empty store. */
  public static final StoreMeta EMPTY = new StoreMeta(0, -1, Fence.NONE, 0, 0);

  static final int FORMAT = 1;
  private static final int TYPE = 'M';

  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(64);
    write(out);
    return out.toBytes();
  }

  void write(ByteWriter out) {
    int start = out.size();
    out.u8(FORMAT).u8(TYPE).varint(logTerm).varint(logIndex + 1);
    out.varint(fence.term()).varint(fence.epoch()).varint(fence.sequence() + 1);
    out.varint(stamp).varint(nextOffset).checksumFrom(start);
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static StoreMeta read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "store position");
    Formats.check(in, FORMAT, TYPE, "store position");
    return new StoreMeta(
        in.varint(),
        in.varint() - 1,
        new Fence(in.varint(), in.varint(), in.varint() - 1),
        in.varint(),
        in.varint());
  }
}
