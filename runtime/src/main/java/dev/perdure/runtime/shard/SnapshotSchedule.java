package dev.perdure.runtime.shard;

/**
 * When a shard takes a snapshot: after so many bytes, after so long, or when one is wanted. Apply
 * thread, but for {@link #want}.
 */
final class SnapshotSchedule {

  private final ShardParts parts;
  private final SnapshotTaker snapshots;
  private long bytes;
  private long begunAtNs;
  private volatile boolean wanted;

  SnapshotSchedule(ShardParts parts, SnapshotTaker snapshots) {
    this.parts = parts;
    this.snapshots = snapshots;
    this.begunAtNs = parts.clock().monotonicNs();
  }

  /** True if one is to be taken with an entry of so many bytes. */
  boolean due(int more) {
    bytes += more;
    if (snapshots.busy()) {
      return false;
    }
    return wanted
        || bytes >= parts.limits().snapshotBytes()
        || parts.clock().monotonicNs() - begunAtNs >= parts.limits().snapshotInterval().toNanos();
  }

  /** One is being taken. */
  void begun() {
    bytes = 0;
    begunAtNs = parts.clock().monotonicNs();
    wanted = false;
  }

  /** The next entry is to have one. Any thread. */
  void want() {
    wanted = true;
  }
}
