package dev.perdure.runtime.shard;

import dev.perdure.runtime.shard.OperationIndex.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a range of offsets: an exact open-addressing table, or a Bloom filter made of
 * one, or nothing but the range. Built by one thread, then handed over.
 */
final class Generation {

  private static final int TABLE_MIN = 1 << 10;
  private static final int FILTER_BITS_PER_KEY = 15;
  private static final int FILTER_HASHES = 7;

  private final long firstOffset;
  private final int countMax;
  private long lastOffset;
  private long @Nullable [] hashes;
  private int @Nullable [] offsets;
  private long @Nullable [] filter;
  private int count;

  private Generation(long firstOffset, long lastOffset, int countMax) {
    this.firstOffset = firstOffset;
    this.lastOffset = lastOffset;
    this.countMax = countMax;
  }

  static Generation exact(long firstOffset, int countMax) {
    Generation generation = new Generation(firstOffset, firstOffset - 1, countMax);
    generation.hashes = new long[TABLE_MIN];
    generation.offsets = new int[TABLE_MIN];
    return generation;
  }

  static Generation unread(long from, long to) {
    return new Generation(from, to, 0);
  }

  boolean isExact() {
    return hashes != null;
  }

  boolean isUnread() {
    return hashes == null && filter == null;
  }

  long lastOffset() {
    return lastOffset;
  }

  /** True if an operation at {@code offset} must go to the next generation. */
  boolean full(long offset) {
    return count >= countMax || offset - firstOffset > Integer.MAX_VALUE;
  }

  /** Adds to an exact generation; {@code hash} is never 0. */
  void add(long hash, long offset) {
    long[] table = hashes;
    int[] places = offsets;
    if (table == null || places == null) {
      throw new IllegalStateException("generation is sealed");
    }
    if (count >= table.length / 4 * 3) {
      grow(table, places);
      add(hash, offset);
      return;
    }
    insert(table, places, hash, (int) (offset - firstOffset));
    lastOffset = offset;
    count++;
  }

  private static void insert(long[] table, int[] places, long hash, int place) {
    int mask = table.length - 1;
    int at = (int) (hash >>> 20) & mask;
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = hash;
    places[at] = place;
  }

  private void grow(long[] table, int[] places) {
    long[] wider = new long[table.length * 2];
    int[] widerPlaces = new int[table.length * 2];
    for (int i = 0; i < table.length; i++) {
      if (table[i] != 0) {
        insert(wider, widerPlaces, table[i], places[i]);
      }
    }
    hashes = wider;
    offsets = widerPlaces;
  }

  /**
   * The same ids as a filter: a thirteenth of the memory, and one in a thousand says perhaps
   * wrongly.
   */
  Generation filtered() {
    long[] table = hashes;
    if (table == null) {
      return this;
    }
    Generation sealed = new Generation(firstOffset, lastOffset, 0);
    long[] bits = new long[Math.max(1, (int) ((long) count * FILTER_BITS_PER_KEY / 64))];
    for (long hash : table) {
      if (hash != 0) {
        for (int i = 0; i < FILTER_HASHES; i++) {
          long bit = bit(hash, i, bits.length);
          bits[(int) (bit >>> 6)] |= 1L << bit;
        }
      }
    }
    sealed.filter = bits;
    sealed.count = count;
    return sealed;
  }

  private static long bit(long hash, int i, int words) {
    long mixed = hash + i * (Long.rotateLeft(hash, 32) | 1);
    return Long.remainderUnsigned(mixed, (long) words << 6);
  }

  /** Adds where the id may be to what is known so far. */
  List<Place> find(long hash, List<Place> sofar) {
    long[] table = hashes;
    int[] places = offsets;
    if (table != null && places != null) {
      return findExact(table, places, hash, sofar);
    }
    long[] bits = filter;
    if (bits != null) {
      for (int i = 0; i < FILTER_HASHES; i++) {
        long bit = bit(hash, i, bits.length);
        if ((bits[(int) (bit >>> 6)] & 1L << bit) == 0) {
          return sofar;
        }
      }
    }
    return plus(sofar, new Place.Within(firstOffset, lastOffset));
  }

  private List<Place> findExact(long[] table, int[] places, long hash, List<Place> sofar) {
    int mask = table.length - 1;
    List<Place> found = sofar;
    for (int at = (int) (hash >>> 20) & mask; table[at] != 0; at = (at + 1) & mask) {
      if (table[at] == hash) {
        found = plus(found, new Place.At(firstOffset + Integer.toUnsignedLong(places[at])));
      }
    }
    return found;
  }

  private static List<Place> plus(List<Place> places, Place place) {
    List<Place> more = new ArrayList<>(places);
    more.add(place);
    return more;
  }
}
