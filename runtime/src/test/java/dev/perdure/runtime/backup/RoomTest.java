package dev.perdure.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTest {

  /** A disk of its own, on Linux. */
  private static final Path MEMORY = Path.of("/dev/shm");

  @TempDir Path data;

  @Test
  void keepsTheDiskOfTheDataFreeWhereverTheBackupGoes() throws IOException {
    assumeTrue(
        Files.isDirectory(MEMORY)
            && Files.getFileStore(MEMORY).getTotalSpace()
                != Files.getFileStore(data).getTotalSpace());
    long free = Files.getFileStore(data).getUsableSpace();
    new Room(MEMORY, data, 0).require(1);
    assertThatThrownBy(() -> new Room(MEMORY, data, free).require(1))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("the disk of the node's data has");
    // What is kept free for the data is not kept free elsewhere.
    long there = Files.getFileStore(MEMORY).getUsableSpace();
    assertThat(there).isPositive();
    new Room(MEMORY, data, free / 2).require(there / 2);
  }

  @Test
  void countsWhatIsWrittenToTheSameDisk() throws IOException {
    long free = Files.getFileStore(data).getUsableSpace();
    Room room = new Room(data, data, free / 2);
    room.require(1);
    assertThatThrownBy(() -> room.require(free / 2))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("are kept free for the node's data");
  }
}
