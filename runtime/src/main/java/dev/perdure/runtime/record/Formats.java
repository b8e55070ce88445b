package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.CorruptionException;

/** The two bytes with which every stored record begins. */
final class Formats {

  private Formats() {}

  /** Checks the type and that the format is at most the newest one; gives the format. */
  static int check(ByteReader in, int newest, int type, String what) {
    int storedFormat = in.u8();
    int storedType = in.u8();
    if (storedType != type) {
      throw new CorruptionException(what + " begins with type " + storedType + ", not " + type);
    }
    if (storedFormat < 1 || storedFormat > newest) {
      throw new CorruptionException(
          what + " has format " + storedFormat + "; this version reads up to " + newest);
    }
    return storedFormat;
  }
}
