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
  private final FileStore own;
  private final boolean shared;
  private final long keptFree;

  /**
   * Room where a backup is written.
   *
   * @param reserve below it the node refuses writes
   */
  Room(Path directory, Path data, long reserve) throws IOException {
    disk = Files.getFileStore(directory);
    own = Files.getFileStore(data);
    shared = same(disk, own);
    // Writes that were refused once are taken again only an eighth above the reserve.
    keptFree = reserve + reserve / 8 + SPARE_BYTES;
  }

  /**
   * True if they may be one disk: mounted twice, it is two stores of one name or of one fill. Two
   * that only look the same cost nothing but room that is kept on both.
   */
  private static boolean same(FileStore one, FileStore other) throws IOException {
    return one.equals(other)
        || (one.getTotalSpace() == other.getTotalSpace()
            && (one.name().equals(other.name())
                || Math.abs(one.getUsableSpace() - other.getUsableSpace()) < SPARE_BYTES));
  }

  /**
   * Room for so many bytes.
   *
   * @throws BackupException if there is too little
   */
  void require(long bytes) throws IOException {
    long free = disk.getUsableSpace();
    if (free - bytes < (shared ? keptFree : 0)) {
      throw new BackupException(
          "the disk of the backup has "
              + free
              + " bytes left, "
              + bytes
              + " more are needed"
              + (shared ? " and " + keptFree + " are kept free for the node's data" : "")
              + "; make space, or name a directory on another disk");
    }
    // What the backup still has to read cannot be removed meanwhile, wherever it is copied to.
    long left = own.getUsableSpace();
    if (left < keptFree) {
      throw new BackupException(
          "the disk of the node's data has "
              + left
              + " bytes left, "
              + keptFree
              + " are kept free while a backup is made; make space there");
    }
  }
}
