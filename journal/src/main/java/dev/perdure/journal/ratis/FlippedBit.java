package dev.perdure.journal.ratis;

/**
 * Finds the one flipped bit of a record from its checksum. A CRC is linear: the difference between
 * the stored and the computed one depends on the flipped bits' places alone, so each place is tried
 * by one step of the register. By chance a badly damaged record of n bits looks like one flipped
 * bit with a probability of n / 2^32.
 */
final class FlippedBit {

  private static final int POLYNOMIAL = 0x82F6_3B78;
  private static final int[] STEP = table();

  private FlippedBit() {}

  /**
   * The bit, counted from the record's first byte and its lowest bit, also within the checksum that
   * follows the bytes; -1 if one bit does not explain the difference.
   *
   * @param length bytes before the checksum
   * @param difference stored xor computed checksum
   */
  static long find(int length, int difference) {
    if (Integer.bitCount(difference) == 1) {
      int bit = Integer.numberOfTrailingZeros(difference);
      return 8L * (length + 3 - bit / 8) + bit % 8;
    }
    int[] effects = new int[8];
    for (int bit = 0; bit < 8; bit++) {
      effects[bit] = STEP[1 << bit];
    }
    for (int at = length - 1; at >= 0; at--) {
      for (int bit = 0; bit < 8; bit++) {
        if (effects[bit] == difference) {
          return 8L * at + bit;
        }
        effects[bit] = effects[bit] >>> 8 ^ STEP[effects[bit] & 0xFF];
      }
    }
    return -1;
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      table[i] = value;
    }
    return table;
  }
}
