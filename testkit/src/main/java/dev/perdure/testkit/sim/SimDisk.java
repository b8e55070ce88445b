package dev.perdure.testkit.sim;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.store.StoreBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a machine has on disk. Rows reach the disk whole batches at a time, in order, at any time
 * after they were written: a crash loses everything behind some batch that was not flushed.
 */
public final class SimDisk {

  private static final int FLUSH_AT = 4000;

  private final TreeMap<byte[], byte[]> flushed = new TreeMap<>(Arrays::compareUnsigned);
  private final List<List<Change>> unflushed = new ArrayList<>();
  private final List<Image> snapshots = new ArrayList<>();
  private TreeMap<byte[], byte[]> live = new TreeMap<>(Arrays::compareUnsigned);

  private record Change(byte[] key, byte @Nullable [] value, byte @Nullable [] end) {
    void applyTo(NavigableMap<byte[], byte[]> rows) {
      if (end != null) {
        rows.subMap(key, true, end, false).clear();
      } else if (value == null) {
        rows.remove(key);
      } else {
        rows.put(key, value);
      }
    }
  }

  private record Image(LogPosition position, NavigableMap<byte[], byte[]> rows) {}

  /** The rows as they are read. */
  public NavigableMap<byte[], byte[]> live() {
    return live;
  }

  void write(StoreBatch batch) {
    List<Change> changes = new ArrayList<>(batch.count());
    batch.forEach(
        new StoreBatch.Sink() {
          @Override
          public void put(byte[] key, byte[] value) {
            changes.add(new Change(key, value, null));
          }

          @Override
          public void delete(byte[] key) {
            changes.add(new Change(key, null, null));
          }

          @Override
          public void deleteRange(byte[] from, byte[] to) {
            changes.add(new Change(from, null, to));
          }
        });
    changes.forEach(change -> change.applyTo(live));
    unflushed.add(changes);
    if (unflushed.size() > FLUSH_AT) {
      flush(unflushed.size());
    }
  }

  private void flush(int batches) {
    List<List<Change>> first = unflushed.subList(0, batches);
    first.forEach(changes -> changes.forEach(change -> change.applyTo(flushed)));
    first.clear();
  }

  /** Copies the rows of now; the copy counts as a snapshot once {@link #keep} is called. */
  public NavigableMap<byte[], byte[]> copy() {
    flush(unflushed.size());
    return new TreeMap<>(live);
  }

  /** A snapshot is complete on disk; the newest two are kept. */
  public void keep(LogPosition position, NavigableMap<byte[], byte[]> rows) {
    snapshots.addFirst(new Image(position, rows));
    if (snapshots.size() > 2) {
      snapshots.removeLast();
    }
  }

  /** {@link LogPosition#NONE} if there is none. */
  public LogPosition newestSnapshot() {
    return snapshots.isEmpty() ? LogPosition.NONE : snapshots.getFirst().position;
  }

  /** Nothing is left. */
  public void erase() {
    snapshots.clear();
    unflushed.clear();
    flushed.clear();
    live = new TreeMap<>(Arrays::compareUnsigned);
  }

  /** Rows of another machine become all there is, and the one snapshot. */
  public void adopt(LogPosition position, NavigableMap<byte[], byte[]> rows) {
    erase();
    flushed.putAll(rows);
    live.putAll(rows);
    keep(position, new TreeMap<>(rows));
  }

  /** Loses what was not flushed by chance; how many batches are gone. */
  public int crash(Chance chance) {
    int all = unflushed.size();
    int kept =
        switch (chance.below(3)) {
          case 0 -> 0;
          case 1 -> all;
          default -> chance.below(all + 1);
        };
    flush(kept);
    unflushed.clear();
    live = new TreeMap<>(flushed);
    return all - kept;
  }

  /** The live files are gone or damaged; the newest snapshot takes their place. */
  public void restoreSnapshot() {
    unflushed.clear();
    flushed.clear();
    if (!snapshots.isEmpty()) {
      flushed.putAll(snapshots.getFirst().rows);
    }
    live = new TreeMap<>(flushed);
  }
}
