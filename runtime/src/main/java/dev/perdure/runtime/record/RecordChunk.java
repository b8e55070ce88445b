package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;

/**
 * A row of several command records of one entity, in the order of their offsets. Stateless.
 *
 * <pre>
 * format(1) type(1) count first-offset, then of each record: offset minus the one before, record
 * </pre>
 */
public final class RecordChunk {

  static final int FORMAT = 1;
  private static final int TYPE = 'H';

  private RecordChunk() {}

  /** A row of records that were written one after the other. */
  public static byte[] row(int count, long first, ByteWriter records) {
    ByteWriter out = new ByteWriter(records.size() + 32);
    out.u8(FORMAT).u8(TYPE).varint(count).varint(first);
    return out.raw(records.array(), 0, records.size()).checksumFrom(0).toBytes();
  }

  /** The records of a row. */
  public static Cursor read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "chunk of records");
    Formats.check(in, FORMAT, TYPE, "chunk of records");
    return new Cursor(in, in.varint(), in.varint());
  }

  /** Goes through the records of a chunk in order. */
  public static final class Cursor {
    private final ByteReader in;
    private long left;
    private long offset;

    Cursor(ByteReader in, long count, long first) {
      this.in = in;
      this.left = count;
      this.offset = first;
    }

    /**
     * Goes on to the next record; false at the end. Of each record {@link #record} or {@link #skip}
     * is to be called once.
     */
    public boolean next() {
      if (left == 0) {
        return false;
      }
      left--;
      offset += in.varint();
      return true;
    }

    public long offset() {
      return offset;
    }

    public byte[] record() {
      return in.blob();
    }

    public void skip() {
      in.skip(in.length());
    }
  }
}
