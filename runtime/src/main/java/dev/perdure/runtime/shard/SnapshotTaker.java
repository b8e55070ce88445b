package dev.perdure.runtime.shard;

import dev.perdure.journal.LogPosition;

/** Takes snapshots beside the writing. */
public interface SnapshotTaker extends AutoCloseable {

  /** Newest snapshot that would survive a power cut. Any thread. */
  LogPosition newest();

  /** True if one is being taken. */
  boolean busy();

  /**
   * Takes one that stands for {@code position}, whose totals were just stored. Returns at once.
   * Apply thread.
   *
   * @param done run when {@link #newest} has changed, on any thread
   */
  void take(LogPosition position, Runnable done);

  /** How many were taken since the start. */
  long taken();

  /** How many could not be taken since the start. Any thread. */
  default long failed() {
    return 0;
  }

  @Override
  void close();
}
