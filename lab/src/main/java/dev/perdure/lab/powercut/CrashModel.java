package dev.perdure.lab.powercut;

/**
 * What a file system may leave behind when the power goes. In both models the content of a file is
 * certain up to its last successful sync, a write is never smaller than a 512-byte sector, and
 * anything after the sync may be there or not, sector by sector, a size without its data included.
 * They differ in what they promise about names and sizes.
 */
public enum CrashModel {
  /**
   * What POSIX promises and no more. A name is certain only when fsync of its directory succeeded
   * after it changed (fdatasync is not enough), and names survive independently of each other; a
   * rename within a directory is still atomic. New blocks may show what the disk held before.
   */
  STRICT,

  /**
   * What ext4 and XFS do: changes of names, truncations and preallocations are journalled and
   * survive as a prefix in their order; a sync of any file or directory that has such changes, or
   * that needed new blocks, commits everything journalled before it. A file does not grow before
   * the block at its end has arrived, and unwritten blocks read as zeros. Not modelled, because not
   * promised: the heuristics that write a file out when it is renamed over another one.
   */
  ORDERED
}
