package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operations that one entry recorded: what a restart reads to know the ids again, and what
 * expiry gives back when their retention ends.
 *
 * @param baseOffset offset of the first one, which its key ends with
 * @param stamp the entry's time
 * @param hashes hash of each operation id in its entity's scope
 * @param offsets offset of each one's record
 * @param bare records without events: rows that expiry deletes
 * @param charged bytes of recorded replies per tenant
 */
public record OperationsRow(
    long baseOffset,
    long stamp,
    long[] hashes,
    long[] offsets,
    List<BareRow> bare,
    Map<String, Long> charged) {

  static final int FORMAT = 1;
  private static final int TYPE = 'O';

  /**
   * A row that exists only for its reply.
   *
   * @param hash its contribution to the slot's hash
   */
  public record BareRow(byte[] key, long hash) {}

  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(64 + hashes.length * 10);
    out.u8(FORMAT).u8(TYPE).varint(baseOffset).varint(stamp).varint(hashes.length);
    long before = baseOffset;
    for (int i = 0; i < hashes.length; i++) {
      out.u64(hashes[i]).varint(offsets[i] - before);
      before = offsets[i];
    }
    out.varint(bare.size());
    bare.forEach(one -> out.blob(one.key).u64(one.hash));
    out.varint(charged.size());
    charged.forEach((tenant, bytes) -> out.text(tenant).varint(bytes));
    return out.checksumFrom(0).toBytes();
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static OperationsRow read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "operations row");
    Formats.check(in, FORMAT, TYPE, "operations row");
    long base = in.varint();
    long stamp = in.varint();
    int count = in.length();
    long[] hashes = new long[count];
    long[] offsets = new long[count];
    long before = base;
    for (int i = 0; i < count; i++) {
      hashes[i] = in.u64();
      before += in.varint();
      offsets[i] = before;
    }
    List<BareRow> bare = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      bare.add(new BareRow(in.blob(), in.u64()));
    }
    Map<String, Long> charged = new TreeMap<>();
    for (int left = in.length(); left > 0; left--) {
      charged.put(in.text(), in.varint());
    }
    return new OperationsRow(base, stamp, hashes, offsets, List.copyOf(bare), charged);
  }
}
