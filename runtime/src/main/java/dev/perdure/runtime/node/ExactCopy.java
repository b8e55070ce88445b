package dev.perdure.runtime.node;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.Replicas;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Copies a replica exactly as it is, after a snapshot that keeps the copy short. One thread. */
final class ExactCopy {

  /** How long one may take. */
  static final Duration MAX = Duration.ofMinutes(2);

  private static final long PAUSE_NS = 2_000_000;

  private final Shard shard;
  private final Snapshots snapshots;
  private final BooleanSupplier held;

  /**
   * A copy to be made.
   *
   * @param held false once the replica was replaced
   */
  ExactCopy(Shard shard, Snapshots snapshots, BooleanSupplier held) {
    this.shard = shard;
    this.snapshots = snapshots;
    this.held = held;
  }

  /**
   * Makes it.
   *
   * @param complete all that was acknowledged before is in it: this replica must lead
   */
  Replicas.Copied take(boolean complete) throws IOException {
    int number = shard.number();
    Clock clock = shard.parts().clock();
    long endNs = clock.monotonicNs() + MAX.toNanos();
    CallContext context = new CallContext("system:backup", "", endNs);
    if (complete && !(shard.barrier(ClusterMap.ADDRESS, context) instanceof Outcome.Done)) {
      throw new IOException("this node does not lead shard " + number);
    }
    long flushed = shard.parts().state().hash().index();
    long failed = shard.snapshotsFailed();
    AtomicReference<byte @Nullable []> totals = new AtomicReference<>();
    while (clock.monotonicNs() - endNs < 0) {
      Optional<Snapshots.Kept> kept =
          snapshots.keepCopy(
              directory -> {
                ShardState.Sealed sealed = shard.copyTo(directory, flushed, failed);
                totals.set(sealed == null ? null : sealed.totals());
                return sealed == null ? null : sealed.position();
              });
      byte[] row = totals.get();
      if (kept.isPresent() && row != null) {
        return new Replicas.Copied(kept.get(), row);
      }
      requireAble(failed);
      LockSupport.parkNanos(PAUSE_NS);
    }
    throw new IOException(
        "shard "
            + number
            + " took no snapshot within "
            + MAX.toSeconds()
            + " s; its node's log says why");
  }

  /** What a copy waits for may never come. */
  private void requireAble(long failedBefore) throws IOException {
    int number = shard.number();
    NodeHealth.Shard health = shard.health();
    if (health.state() == NodeHealth.State.FAILED) {
      throw new IOException("shard " + number + " stopped: " + health.reason());
    }
    if (health.state() == NodeHealth.State.DRAINING) {
      throw new IOException("the node that leads shard " + number + " is stopping");
    }
    if (!held.getAsBoolean()) {
      throw new IOException("the replica of shard " + number + " was replaced meanwhile");
    }
    if (shard.snapshotsFailed() > failedBefore) {
      throw new IOException(
          "a snapshot of shard " + number + " could not be taken; its node's log says why");
    }
  }
}
