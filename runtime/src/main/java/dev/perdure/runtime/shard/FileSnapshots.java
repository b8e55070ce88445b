package dev.perdure.runtime.shard;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots as directories, taken on a thread of their own. */
final class FileSnapshots implements SnapshotTaker {

  private static final Logger LOG = LoggerFactory.getLogger(FileSnapshots.class);

  private final Snapshots snapshots;
  private final StateStore store;
  private final ExecutorService thread;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile LogPosition newest;

  FileSnapshots(Snapshots snapshots, StateStore store, int shard) {
    this.snapshots = snapshots;
    this.store = store;
    List<Snapshots.Snapshot> found = snapshots.list();
    this.newest =
        found.isEmpty()
            ? LogPosition.NONE
            : new LogPosition(found.getFirst().term(), found.getFirst().index());
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("snapshot-" + shard).factory());
  }

  @Override
  public LogPosition newest() {
    return newest;
  }

  @Override
  public boolean busy() {
    return busy.get();
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public long failed() {
    return failed.get();
  }

  @Override
  public void take(LogPosition position, Runnable done) {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    thread.execute(
        () -> {
          try {
            snapshots.take(store, position.term(), position.index());
            newest = position;
            taken.incrementAndGet();
            done.run();
          } catch (RuntimeException e) {
            failed.incrementAndGet();
            LOG.error("snapshot at index {} failed; the log is kept", position.index(), e);
          } finally {
            busy.set(false);
          }
        });
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a snapshot was cut off; an unfinished one is never used");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
