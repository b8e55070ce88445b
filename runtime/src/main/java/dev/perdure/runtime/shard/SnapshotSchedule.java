package dev.perdure.runtime.shard;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.record.Fence;

/**
 * When a shard takes a snapshot: after so many bytes, after so long, or when one is wanted; and
 * soon after the start if there was much to apply again, so that a process that is killed again and
 * again does not have more to do each time. Apply thread, but for {@link #want}.
 */
final class SnapshotSchedule {

  private static final long SOON_NS = 2_000_000_000L;

  /** Of the bytes between two snapshots: what takes a noticeable part of a start to apply. */
  private static final int MUCH = 32;

  private final Limits limits;
  private final Clock clock;
  private final SnapshotTaker snapshots;
  private long bytes;
  private long toOpening;
  private long begunAtNs;
  private boolean first = true;
  private volatile boolean wanted;

  SnapshotSchedule(Limits limits, Clock clock, SnapshotTaker snapshots) {
    this.limits = limits;
    this.clock = clock;
    this.snapshots = snapshots;
    this.begunAtNs = clock.monotonicNs();
  }

  /** True if one is to be taken with an entry of so many bytes. */
  boolean due(int more) {
    bytes += more;
    if (snapshots.busy()) {
      return false;
    }
    long sinceNs = clock.monotonicNs() - begunAtNs;
    long bytesMax = limits.snapshotBytes();
    return wanted
        || bytes >= bytesMax
        || sinceNs >= limits.snapshotInterval().toNanos()
        || (first && toOpening >= bytesMax / MUCH && sinceNs >= SOON_NS);
  }

  /**
   * An entry was applied. All up to the one that opens the shard's newest epoch had to be applied
   * before anything else could be done.
   */
  void applied(Fence fence) {
    if (fence.sequence() == 0) {
      toOpening = bytes;
    }
  }

  /** One is being taken. */
  void begun() {
    first = false;
    bytes = 0;
    begunAtNs = clock.monotonicNs();
    wanted = false;
  }

  /** The next entry is to have one. Any thread. */
  void want() {
    wanted = true;
  }
}
