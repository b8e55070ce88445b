package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForcedMarkTest {

  @TempDir private Path directory;

  @Test
  void saysNothingWhereThereIsNone() throws IOException {
    assertThat(ForcedMark.read(directory)).isEqualTo(ForcedMark.Reading.NONE);
  }

  @Test
  void saysWhatWasForcedWhileTheProcessMayDieAtAnyTime() throws IOException {
    ForcedMark mark = ForcedMark.open(directory, -1);
    assertThat(ForcedMark.read(directory).index()).isEqualTo(-1);
    mark.advance(41);
    mark.advance(7);
    assertThat(ForcedMark.read(directory).index()).isEqualTo(41);
    mark.retreat(12);
    mark.writeFailed();
    assertThat(ForcedMark.read(directory).index()).isEqualTo(12);
    assertThat(ForcedMark.read(directory).writeFailed()).isEqualTo(BootId.current().known());
    mark.close();
    try (ForcedMark next = ForcedMark.open(directory, 12)) {
      next.advance(13);
      assertThat(ForcedMark.read(directory).writeFailed()).isFalse();
      assertThat(ForcedMark.read(directory).index()).isEqualTo(13);
    }
  }

  @Test
  void keepsItsFormat() {
    byte[] bytes = ForcedMark.content(new BootId(0x0102030405060708L, 9), 41).array();
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "505244464f52430101020304050607080000000000000009889a567300000000"
                + "000000000000000000000000000000000000000000000000aad600000000002a");
  }

  @Test
  void isNotExactAfterAnotherBoot() throws IOException {
    ForcedMark.open(directory, 5).close();
    Path file = directory.resolve(ForcedMark.NAME);
    assertThat(ForcedMark.read(directory).exact()).isEqualTo(BootId.current().known());
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer content = ByteBuffer.wrap(bytes);
    content.putLong(8, content.getLong(8) + 1);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 24);
    content.putInt(24, (int) crc.getValue());
    Files.write(file, bytes);
    assertThat(ForcedMark.read(directory))
        .isEqualTo(new ForcedMark.Reading(5, false, false, false));
  }

  @Test
  void knowsEveryFlippedBitThatMatters() throws IOException {
    ForcedMark.open(directory, 123_456).close();
    Path file = directory.resolve(ForcedMark.NAME);
    byte[] bytes = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      ForcedMark.Reading reading = ForcedMark.read(directory);
      assertThat(reading.damaged() || reading.index() == 123_456).as("bit %s", bit).isTrue();
    }
  }
}
