package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums over all facts of a shard, kept in memory and written at every snapshot: the incremental
 * multiset hash per slot and the bytes of recorded replies per tenant. One thread.
 *
 * <p>The hash of a slot is the sum, modulo 2^64, of the hashes of its rows; that of a row is XXH64
 * of the value seeded with XXH64 of the key. A row that is replaced or deleted is subtracted.
 */
public final class Totals {

  static final int FORMAT = 1;
  private static final int TYPE = 'T';

  private final long[] slotHashes;
  private final Map<String, Long> replyBytes;
  private StoreMeta meta;

  private Totals(StoreMeta meta, long[] slotHashes, Map<String, Long> replyBytes) {
    this.meta = meta;
    this.slotHashes = slotHashes;
    this.replyBytes = replyBytes;
  }

  /** Of an empty shard. */
  public static Totals empty() {
    return new Totals(StoreMeta.EMPTY, new long[EntityAddress.SLOTS], new TreeMap<>());
  }

  /** The position that these totals stand for. */
  public StoreMeta meta() {
    return meta;
  }

  public void meta(StoreMeta now) {
    meta = now;
  }

  /** Adds a row's hash, or its two's complement to take it away. */
  public void add(int slot, long hash) {
    slotHashes[slot] += hash;
  }

  /** A slot's rows are gone; gives the hash that they had. */
  public long empty(int slot) {
    long had = slotHashes[slot];
    slotHashes[slot] = 0;
    return had;
  }

  /** Charges (or, negative, returns) bytes of recorded replies. */
  public void charge(String tenant, long bytes) {
    replyBytes.merge(tenant, bytes, (a, b) -> a + b == 0 ? null : a + b);
  }

  public long slotHash(int slot) {
    return slotHashes[slot];
  }

  public long[] slotHashes() {
    return slotHashes.clone();
  }

  public Map<String, Long> replyBytes() {
    return Map.copyOf(replyBytes);
  }

  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(40_000);
    out.u8(FORMAT).u8(TYPE).blob(meta.toBytes());
    for (long hash : slotHashes) {
      out.u64(hash);
    }
    out.varint(replyBytes.size());
    replyBytes.forEach((tenant, bytes) -> out.text(tenant).varint(bytes));
    return out.checksumFrom(0).toBytes();
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static Totals read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "totals");
    Formats.check(in, FORMAT, TYPE, "totals");
    StoreMeta meta = StoreMeta.read(in.blob());
    long[] hashes = new long[EntityAddress.SLOTS];
    for (int slot = 0; slot < hashes.length; slot++) {
      hashes[slot] = in.u64();
    }
    TreeMap<String, Long> bytes = new TreeMap<>();
    int tenants = in.length();
    for (int i = 0; i < tenants; i++) {
      bytes.put(in.text(), in.varint());
    }
    return new Totals(meta, hashes, bytes);
  }
}
