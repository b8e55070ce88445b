package dev.perdure.testkit.sim;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.shard.SnapshotTaker;
import java.util.NavigableMap;

/**
 * Snapshots of one run of a machine: copied some time after they were asked for, complete on disk
 * later still. One that a crash cuts off was never there.
 */
final class SimSnapshots implements SnapshotTaker {

  private static final long MS = 1_000_000;

  private final World world;
  private final SimNode node;
  private final int incarnation;
  private boolean busy;
  private long taken;

  SimSnapshots(World world, SimNode node) {
    this.world = world;
    this.node = node;
    this.incarnation = node.incarnation();
  }

  @Override
  public LogPosition newest() {
    return node.disk().newestSnapshot();
  }

  @Override
  public boolean busy() {
    return busy;
  }

  @Override
  public void take(LogPosition position, Runnable done) {
    busy = true;
    boolean slow = world.chance().happens(0.2);
    if (slow) {
      world.probes().hit(Probe.SLOW_SNAPSHOT);
    }
    long copyNs = world.chance().delayNs(2 * MS, 20 * MS);
    long syncNs = slow ? world.chance().between(200 * MS, 3000 * MS) : 10 * MS;
    world.after(copyNs, () -> copy(position, done, syncNs));
  }

  private void copy(LogPosition position, Runnable done, long syncNs) {
    if (!node.runs(incarnation)) {
      world.probes().hit(Probe.SNAPSHOT_CUT_OFF);
      return;
    }
    node.enter("records stored", () -> node.shard().store().storeAllSealed());
    if (!node.runs(incarnation)) {
      world.probes().hit(Probe.SNAPSHOT_CUT_OFF);
      return;
    }
    NavigableMap<byte[], byte[]> rows = node.disk().copy();
    world.after(syncNs, () -> complete(position, rows, done));
  }

  private void complete(LogPosition position, NavigableMap<byte[], byte[]> rows, Runnable done) {
    if (!node.runs(incarnation)) {
      world.probes().hit(Probe.SNAPSHOT_CUT_OFF);
      return;
    }
    node.disk().keep(position, rows);
    busy = false;
    taken++;
    world.probes().hit(Probe.SNAPSHOT_TAKEN);
    world.trace(node.name() + " snapshot at " + position.index());
    node.enter("snapshot taken", done);
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public void close() {
    // Ends with the machine.
  }
}
