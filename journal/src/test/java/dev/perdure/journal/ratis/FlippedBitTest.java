package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class FlippedBitTest {

  private static final int LENGTH = 300;

  private final SplittableRandom random = new SplittableRandom(2);

  @Test
  void findsEveryBitOfTheBytesAndOfTheChecksum() {
    byte[] record = record();
    for (int bit = 0; bit < 8 * record.length; bit++) {
      assertThat(FlippedBit.find(LENGTH, differenceWith(record, bit))).isEqualTo(bit);
    }
  }

  @Test
  void findsNoBitWhereSeveralAreFlipped() {
    byte[] record = record();
    record[10] ^= 0x40;
    record[200] ^= 0x02;
    assertThat(FlippedBit.find(LENGTH, differenceWith(record, 77))).isEqualTo(-1);
  }

  private byte[] record() {
    byte[] record = new byte[LENGTH + 4];
    for (int i = 0; i < LENGTH; i++) {
      record[i] = (byte) random.nextInt();
    }
    ByteBuffer.wrap(record).putInt(LENGTH, checksum(record));
    return record;
  }

  private static int differenceWith(byte[] record, int bit) {
    byte[] flipped = record.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return ByteBuffer.wrap(flipped).getInt(LENGTH) ^ checksum(flipped);
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record, 0, LENGTH);
    return (int) crc.getValue();
  }
}
