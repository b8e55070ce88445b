package dev.perdure.runtime.node;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.Snapshots;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a shard's store: the live directory if it can be read and is at least as new as the newest
 * snapshot, else that snapshot. What is damaged is named; nothing is cut off silently.
 */
final class ShardFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ShardFiles.class);

  /** Heap for records that are not in a store yet, of all shards together. */
  private static final long WAITING_BYTES_MAX = 32L << 20;

  private final Path live;
  private final Snapshots snapshots;
  private final NativeMemory memory;
  private final long waitingBytesMax;

  ShardFiles(DataDirectory data, int shard, NativeMemory memory) {
    this.live = data.state(shard);
    this.snapshots = new Snapshots(data.snapshots(shard));
    this.memory = memory;
    this.waitingBytesMax = WAITING_BYTES_MAX / data.shards();
    snapshots.clean();
  }

  Snapshots snapshots() {
    return snapshots;
  }

  ShardState open() {
    List<Snapshots.Snapshot> found = snapshots.list();
    long needed = found.isEmpty() ? -1 : found.getFirst().index();
    RocksStateStore store = null;
    try {
      store = RocksStateStore.open(live, memory);
      ShardState state = state(store);
      if (state.meta().logIndex() >= needed) {
        return state;
      }
      LOG.warn(
          "state store stands at index {}, behind the snapshot at {}; using the snapshot",
          state.meta().logIndex(),
          needed);
    } catch (UncheckedIOException e) {
      close(store); // so that a later attempt finds it free
      throw e;
    } catch (CorruptionException e) {
      LOG.error("state store is damaged: {}", e.getMessage());
      if (found.isEmpty()) {
        throw new StartException(
            "the state store in "
                + live
                + " is damaged and there is no snapshot: "
                + e.getMessage()
                + "; move it away to have it rebuilt from the journal, or restore a backup",
            e);
      }
    }
    close(store);
    return restored(found.getFirst());
  }

  private static void close(@Nullable RocksStateStore store) {
    if (store != null) {
      store.close();
    }
  }

  private ShardState state(RocksStateStore store) {
    ShardState state = new ShardState(new HistoryStore(store, waitingBytesMax));
    state.streams().mend();
    return state;
  }

  private ShardState restored(Snapshots.Snapshot snapshot) {
    try {
      Snapshots.restore(snapshot, live);
      return state(RocksStateStore.open(live, memory));
    } catch (CorruptionException e) {
      throw new StartException(
          "neither the state store in "
              + live
              + " nor the newest snapshot can be used: "
              + e.getMessage()
              + "; restore a backup",
          e);
    }
  }
}
