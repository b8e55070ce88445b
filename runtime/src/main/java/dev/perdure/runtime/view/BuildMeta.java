package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;

/**
 * What a build is and how far it got; stored in the batch that takes it there.
 *
 * @param code fingerprint of what makes its rows
 * @param shape of its fields and indexes
 * @param next everything that begins before this offset of the shard is in its rows
 * @param seen the last offset before it at which something begins; -1 for none
 * @param stamp of that
 * @param rows how many it has
 * @param failed how many entities have none because the code fails
 * @param live true once it had reached what there was when it was begun
 */
record BuildMeta(
    String view,
    long code,
    long shape,
    long next,
    long seen,
    long stamp,
    long rows,
    long failed,
    boolean live) {

  private static final int FORMAT = 1;
  private static final int TYPE = 'V';

  static BuildMeta fresh(String view, long code, long shape) {
    return new BuildMeta(view, code, shape, 0, -1, 0, 0, 0, false);
  }

  BuildMeta at(long newNext, long newSeen, long newStamp) {
    return new BuildMeta(view, code, shape, newNext, newSeen, newStamp, rows, failed, live);
  }

  BuildMeta counting(long newRows, long newFailed) {
    return new BuildMeta(view, code, shape, next, seen, stamp, newRows, newFailed, live);
  }

  BuildMeta alive() {
    return new BuildMeta(view, code, shape, next, seen, stamp, rows, failed, true);
  }

  byte[] toBytes() {
    return new ByteWriter(96)
        .u8(FORMAT)
        .u8(TYPE)
        .text(view)
        .u64(code)
        .u64(shape)
        .varint(next)
        .varint(seen + 1)
        .varint(stamp)
        .varint(rows)
        .varint(failed)
        .u8(live ? 1 : 0)
        .checksumFrom(0)
        .toBytes();
  }

  static BuildMeta read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "state of a view");
    if (in.u8() != FORMAT || in.u8() != TYPE) {
      throw new CorruptionException("the state of a view is of another format");
    }
    return new BuildMeta(
        in.text(),
        in.u64(),
        in.u64(),
        in.varint(),
        in.varint() - 1,
        in.varint(),
        in.varint(),
        in.varint(),
        in.u8() == 1);
  }
}
