package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.shard.SnapshotTaker;
import java.util.NavigableMap;

/** A replica's snapshots: copied some time after they were asked for, complete later still. */
final class Snapshotting implements SnapshotTaker {

  private static final long MS = 1_000_000;

  private final Held held;
  private boolean busy;
  private long taken;

  Snapshotting(Held held) {
    this.held = held;
  }

  @Override
  public LogPosition newest() {
    return held.disks().rows().newestSnapshot();
  }

  @Override
  public boolean busy() {
    return busy;
  }

  @Override
  public void take(LogPosition position, Runnable done) {
    busy = true;
    ClusterWorld world = held.machine().world();
    long syncNs = world.chance().delayNs(5 * MS, 1500 * MS);
    held.machine()
        .later(
            world.chance().delayNs(2 * MS, 20 * MS),
            () ->
                held.machine()
                    .enter(
                        "snapshot",
                        () -> {
                          if (!held.closed()) {
                            held.shard().store().storeAllSealed();
                            NavigableMap<byte[], byte[]> rows = held.disks().rows().copy();
                            held.machine().later(syncNs, () -> complete(position, rows, done));
                          }
                        }));
  }

  private void complete(LogPosition position, NavigableMap<byte[], byte[]> rows, Runnable done) {
    if (!held.closed()) {
      held.disks().rows().keep(position, rows);
      busy = false;
      taken++;
      held.machine().world().hit(ClusterProbe.SNAPSHOT_TAKEN);
      held.machine().enter("snapshot taken", done);
    }
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public void close() {
    // Ends with the replica.
  }
}
