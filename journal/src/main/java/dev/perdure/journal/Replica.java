package dev.perdure.journal;

import java.nio.ByteBuffer;

/**
 * A shard's state as its journal drives it. Unless stated otherwise the journal calls from its one
 * apply thread.
 */
public interface Replica {

  /**
   * Last position whose effects are stored, if only in part: a log that ends before it has lost
   * entries, and is not started. Called at start.
   */
  LogPosition applied();

  /**
   * Newest snapshot that is completely on stable storage, {@link LogPosition#NONE} if there is
   * none: the log may be purged up to it, and replay after a restart begins behind it. Any thread.
   */
  LogPosition snapshot();

  /**
   * A committed entry, in order. Positions behind {@link #snapshot} come again after a restart. The
   * buffer is valid during the call only.
   */
  void apply(LogPosition position, ByteBuffer entry);

  /** The journal used this position for an entry of its own. */
  void skip(LogPosition position);

  /**
   * This replica leads in {@code term}, and every earlier committed entry has been applied here.
   */
  void leading(long term);

  /** This replica does not lead; {@code term} is the newest it knows. Any thread. */
  void following(long term);

  /** An append of {@code term} failed or may have failed. Any thread. */
  void appendFailed(long term, Throwable cause);

  /** The log cannot be written any more until the journal is started anew. Any thread. */
  void logFailed(Throwable cause);

  /**
   * This replica is so far behind that its leader's log does not hold the next entry any more; it
   * has to be {@linkplain Journal#close closed}, given a snapshot of another replica that stands
   * for {@code firstIndex - 1} or later, and started again. Said again and again until then.
   * Returns at once. Any thread.
   */
  void left(String leader, long firstIndex);

  /**
   * The journal would like a newer snapshot, because the log grows. Returns at once. Any thread.
   */
  void snapshotWanted();
}
