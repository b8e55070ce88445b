package dev.perdure.testkit.sim;

import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.EntryReader;
import dev.perdure.runtime.record.Fence;
import org.jspecify.annotations.Nullable;

/** A place in the simulated log. */
final class LogEntry {

  private final long term;
  private final byte @Nullable [] bytes;
  private long committedAt = Long.MAX_VALUE;

  /**
   * An entry.
   *
   * @param bytes null for the entry with which a leader's term begins
   */
  LogEntry(long term, byte @Nullable [] bytes) {
    this.term = term;
    this.bytes = bytes;
  }

  long term() {
    return term;
  }

  byte @Nullable [] bytes() {
    return bytes;
  }

  /** The world's order at which a quorum had it on disk. */
  long committedAt() {
    return committedAt;
  }

  /** An entry's fence, stamp and offset. */
  static String text(byte[] bytes) {
    EntryHeader header = EntryReader.header(bytes);
    Fence fence = header.fence();
    return fence.term()
        + "/"
        + fence.epoch()
        + "/"
        + fence.sequence()
        + " offset "
        + header.baseOffset()
        + " stamp "
        + header.stamp();
  }

  @Override
  public String toString() {
    return bytes == null ? "the opening of term " + term : text(bytes);
  }

  void committed(long order) {
    committedAt = Math.min(committedAt, order);
  }
}
