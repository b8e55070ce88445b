package dev.perdure.journal.ratis;

import java.nio.ByteBuffer;

/** Runs of zeros: what a preallocated file holds where nothing was written. */
final class Zeros {

  private Zeros() {}

  static boolean only(ByteBuffer bytes, int from, int to) {
    return firstOther(bytes, from, to) == to;
  }

  /** The first byte that is not zero; {@code to} if there is none. */
  static int firstOther(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to && bytes.getLong(at) == 0) {
      at += Long.BYTES;
    }
    while (at < to && bytes.get(at) == 0) {
      at++;
    }
    return at;
  }

  /** Where the run of zeros begins that ends at {@code to}; not before {@code from}. */
  static int runBefore(ByteBuffer bytes, int from, int to) {
    int at = to;
    while (at > from && bytes.get(at - 1) == 0) {
      at--;
    }
    return at;
  }
}
