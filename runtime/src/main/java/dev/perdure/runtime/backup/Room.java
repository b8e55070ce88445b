package dev.perdure.runtime.backup;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps a backup from filling the disk of the node's own data: it ends before the node would have
 * to refuse writes.
 */
final class Room {

  private static final long SPARE_BYTES = 64L << 20;

  private final FileStore disk;
  private final long keptFree;

  /**
   * Room where a backup is written.
   *
   * @param reserve below it the node refuses writes
   */
  Room(Path directory, Path data, long reserve) throws IOException {
    disk = Files.getFileStore(directory);
    boolean shared = disk.equals(Files.getFileStore(data));
    // Writes that were refused once are taken again only an eighth above the reserve.
    keptFree = shared ? reserve + reserve / 8 + SPARE_BYTES : 0;
  }

  /**
   * Room for so many bytes.
   *
   * @throws BackupException if there is too little
   */
  void require(long bytes) throws IOException {
    long free = disk.getUsableSpace();
    if (free - bytes < keptFree) {
      throw new BackupException(
          "the disk of the backup has "
              + free
              + " bytes left, "
              + bytes
              + " more are needed"
              + (keptFree > 0 ? " and " + keptFree + " are kept free for the node's data" : "")
              + "; make space, or name a directory on another disk");
    }
  }
}
