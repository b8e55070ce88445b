package dev.perdure.runtime.history;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which entities may have records or a wake: a Bloom filter over the prefixes of their keys, of a
 * fixed size. Without it the first command of an entity would look through every file of the store
 * for a history that is not there.
 *
 * <p>It only ever gets more. Its pages are stored at each snapshot, before the totals, with a row
 * that says which totals they belong to: records behind these come again from the journal, and into
 * the filter. Pages that are not of the store's totals (a build without them wrote since) are left
 * aside, and then every entity may have records. One thread adds; any may ask, and sees what was
 * added before it learned of the entry.
 *
 * <p>Source: blocked Bloom filters; Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient
 * Bloom Filters (2007).
 */
final class Known {

  /** Up to three million entities with one look in a hundred in vain. */
  static final int BYTES = 4 << 20;

  static final int FORMAT = 2;
  private static final int TYPE = 'F';
  private static final int PAGE_BYTES = 16 << 10;
  private static final int BLOCK_LONGS = 8;
  private static final int PROBES = 6;
  private static final int PROBE_BITS = 9;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final AtomicLongArray bits;
  private final int pageLongs;

  /** By page: 1 if it is not stored as it is. */
  private final AtomicIntegerArray changed;

  /** Knows of nothing. */
  Known(int bytes) {
    this.bits = new AtomicLongArray(bytes / Long.BYTES);
    this.pageLongs = Math.min(bytes, PAGE_BYTES) / Long.BYTES;
    this.changed = new AtomicIntegerArray(pages());
    for (int page = 0; page < pages(); page++) {
      changed.set(page, 1);
    }
  }

  /** What a store holds of it; null if that is not all. */
  static @Nullable Known of(StateStore rows, int bytes) {
    Known known = new Known(bytes);
    if (rows.get(Keys.meta()) == null) {
      return known; // nothing was ever stored
    }
    byte[] totals = rows.get(Keys.totals());
    byte[] belongs = rows.get(Keys.knownOf());
    boolean same = totals != null && belongs != null && known.belongs(totals, belongs);
    for (int page = 0; same && page < known.pages(); page++) {
      byte[] row = rows.get(Keys.known(page));
      same = row != null && known.read(page, row);
    }
    return same ? known : null;
  }

  private int pages() {
    return bits.length() / pageLongs;
  }

  private static ByteReader checked(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "page of known entities");
    int format = in.u8();
    if (format != FORMAT || in.u8() != TYPE) {
      throw new CorruptionException("page of known entities has format " + format);
    }
    return in;
  }

  private boolean belongs(byte[] totals, byte[] row) {
    ByteReader in = checked(row);
    return in.u64() == Hash64.of(totals) && in.u32() == pages();
  }

  private boolean read(int page, byte[] row) {
    ByteReader in = checked(row);
    if (in.remaining() != pageLongs * Long.BYTES) {
      return false; // of another size
    }
    for (int i = 0; i < pageLongs; i++) {
      bits.setPlain(page * pageLongs + i, in.u64());
    }
    changed.set(page, 0);
    return true;
  }

  /** An entity has records. */
  void add(long hash) {
    int block = block(hash);
    long probes = hash * SPREAD;
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) (probes >>> (i * PROBE_BITS)) & (BLOCK_LONGS * Long.SIZE - 1);
      int at = block + (bit >>> 6);
      long now = bits.getOpaque(at);
      long next = now | 1L << (bit & 63);
      if (next != now) {
        bits.setOpaque(at, next);
        changed.set(at / pageLongs, 1);
      }
    }
  }

  /** False if an entity has none. */
  boolean has(long hash) {
    int block = block(hash);
    long probes = hash * SPREAD;
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) (probes >>> (i * PROBE_BITS)) & (BLOCK_LONGS * Long.SIZE - 1);
      if ((bits.getOpaque(block + (bit >>> 6)) & 1L << (bit & 63)) == 0) {
        return false;
      }
    }
    return true;
  }

  private int block(long hash) {
    int blocks = bits.length() / BLOCK_LONGS;
    return (int) (((hash >>> 32) * blocks) >>> 32) * BLOCK_LONGS;
  }

  /**
   * Stores the pages that changed, a batch each. Beside additions: what is added meanwhile may be
   * in them, or in the next ones.
   */
  void store(Consumer<StoreBatch> write) {
    StoreBatch batch = new StoreBatch();
    for (int page = 0; page < pages(); page++) {
      if (changed.getAndSet(page, 0) == 0) {
        continue;
      }
      ByteWriter out = new ByteWriter(pageLongs * Long.BYTES + 8);
      out.u8(FORMAT).u8(TYPE);
      for (int i = 0; i < pageLongs; i++) {
        out.u64(bits.getOpaque(page * pageLongs + i));
      }
      batch.clear();
      batch.put(Keys.known(page), out.checksumFrom(0).toBytes());
      try {
        write.accept(batch);
      } catch (RuntimeException | Error e) {
        changed.set(page, 1);
        throw e;
      }
    }
  }

  /** The row that says which totals the pages belong to. */
  byte[] belongsTo(byte[] totals) {
    ByteWriter out = new ByteWriter(24);
    out.u8(FORMAT).u8(TYPE).u64(Hash64.of(totals)).u32(pages());
    return out.checksumFrom(0).toBytes();
  }
}
