package dev.perdure.runtime.history;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A state store whose records with events enter it as chunks of one entity each, written when a
 * chunk is full, when memory is short, and all of them at a snapshot. To readers each record is a
 * row of its own; an entity's records with events come first, then those without.
 *
 * <p>A record that only waits is lost with the process and comes again from the journal, because
 * the totals of a snapshot are not stored before all records up to them. A replay may store a
 * record a second time in another chunk; readers see it once.
 */
public final class HistoryStore implements StateStore {

  private static final int STORED_AT_ONCE = 64;
  private static final int BUFFERS_KEPT = 16 * 1024;
  private static final int BUFFER_BYTES_AT_FIRST = 512;
  private static final int BUFFER_BYTES_KEPT = 16 * 1024;
  private static final long NO_OFFSET = -1;

  private final StateStore rows;
  private final Object lock = new Object();
  private final long waitingBytesMax;
  private final StoreBatch replayed = new StoreBatch();
  private final StoreBatch sealedRows = new StoreBatch();

  /** Chunks on their way into the store, where readers find them until they are there. */
  private final List<OpenChunk> leaving = new ArrayList<>();

  private final List<OpenChunk> sealedLeaving = new ArrayList<>();

  /** Buffers live for seconds; without this they would fill the old generation. */
  private final Deque<ByteWriter> buffers = new ArrayDeque<>();

  private Waiting open;
  private Waiting sealed;
  private volatile byte @Nullable [] sealedTotals;

  /** Over a store that is only read: a replay keeps all it brings in memory. */
  public static HistoryStore readOnly(StateStore rows) {
    return new HistoryStore(rows, Waiting.WITHOUT_END);
  }

  /**
   * Over a store.
   *
   * @param waitingBytesMax bytes of heap for records that wait
   */
  public HistoryStore(StateStore rows, long waitingBytesMax) {
    this.rows = rows;
    this.waitingBytesMax = waitingBytesMax;
    this.open = new Waiting(this::buffer, waitingBytesMax);
    this.sealed = new Waiting(this::buffer, waitingBytesMax);
  }

  @Override
  public void write(StoreBatch batch) {
    take(batch.records(), batch);
    rows.write(batch);
    left(leaving);
  }

  /** Takes in the records of a batch whose other rows the store holds from an earlier life. */
  public void replay(StoreBatch batch) {
    replayed.clear();
    take(batch.records(), replayed);
    if (replayed.count() > 0) {
      rows.write(replayed);
      left(leaving);
    }
  }

  private void take(List<StoreBatch.Added> records, StoreBatch full) {
    synchronized (lock) {
      for (StoreBatch.Added added : records) {
        open.add(added, chunk -> leave(chunk, full));
      }
    }
  }

  /**
   * Sends a chunk into the store, with those before it: a later one is never there without them, so
   * that what is stored of an entity has no gaps, and what waits comes behind it.
   */
  private void leave(OpenChunk chunk, StoreBatch batch) {
    for (OpenChunk before : sealedLeaving) {
      if (Arrays.equals(before.prefix(), chunk.prefix())) {
        put(before, batch);
      }
    }
    OpenChunk before = sealed.take(chunk.prefix());
    if (before != null) {
      leaving.add(before);
      put(before, batch);
    }
    leaving.add(chunk);
    put(chunk, batch);
  }

  private static void put(OpenChunk chunk, StoreBatch batch) {
    batch.put(Keys.chunk(chunk.prefix(), chunk.last()), chunk.row());
  }

  private void left(List<OpenChunk> stored) {
    synchronized (lock) {
      for (OpenChunk chunk : stored) {
        if (buffers.size() < BUFFERS_KEPT && chunk.bytes().array().length <= BUFFER_BYTES_KEPT) {
          buffers.push(chunk.bytes());
        }
      }
      stored.clear();
    }
  }

  /** Totals that the next copy is to hold, with all records written until now. The writer. */
  public void seal(byte[] totals) {
    storeSealed(); // nothing is left of it, unless the snapshot before this one failed
    synchronized (lock) {
      sealed = open;
      open = new Waiting(this::buffer, waitingBytesMax);
      sealedTotals = totals;
    }
  }

  /** Stores what was sealed, and then the totals. Not beside a seal. */
  public void storeAllSealed() {
    storeSealed();
    byte[] totals = sealedTotals;
    if (totals != null) {
      sealedRows.clear();
      sealedRows.put(Keys.totals(), totals);
      rows.write(sealedRows);
      sealedTotals = null;
    }
  }

  private void storeSealed() {
    while (takeSealed()) {
      rows.write(sealedRows);
      left(sealedLeaving);
    }
  }

  /** A part at a time, so that others get at the lock and at the store between. */
  private boolean takeSealed() {
    sealedRows.clear();
    synchronized (lock) {
      while (sealedLeaving.size() < STORED_AT_ONCE && !sealed.isEmpty()) {
        sealedLeaving.add(sealed.takeOldest());
      }
      // Those of a write that failed are among them.
      sealedLeaving.forEach(chunk -> put(chunk, sealedRows));
    }
    return sealedRows.count() > 0;
  }

  private ByteWriter buffer() {
    ByteWriter free = buffers.poll();
    return free == null ? new ByteWriter(BUFFER_BYTES_AT_FIRST) : free;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    if (!Keys.isRecord(key)) {
      return rows.get(key);
    }
    try (Scan found = scan(key, Keys.record(Keys.prefixOf(key), Keys.offsetOf(key) + 1))) {
      return found.valid() ? found.value() : null;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param from a record's key, or one that is outside of any entity's rows
   */
  @Override
  public Scan scan(byte[] from, byte[] to) {
    if (Keys.isRecord(from)) {
      return entity(from, to);
    }
    List<OpenChunk> all = new ArrayList<>();
    synchronized (lock) {
      all.addAll(leaving);
      all.addAll(sealedLeaving);
      sealed.all().forEach(all::add);
      open.all().forEach(all::add);
      all.removeIf(chunk -> !within(chunk.prefix(), from, to));
      return new SlotScan(rows.scan(from, to), waiting(all));
    }
  }

  private static boolean within(byte[] prefix, byte[] from, byte[] to) {
    return Arrays.compareUnsigned(prefix, from) >= 0 && Arrays.compareUnsigned(prefix, to) < 0;
  }

  private Scan entity(byte[] from, byte[] to) {
    byte[] prefix = Keys.prefixOf(from);
    long first = Keys.offsetOf(from);
    long end = Keys.isRecord(to) ? Keys.offsetOf(to) : Long.MAX_VALUE;
    List<OpenChunk> all = new ArrayList<>();
    synchronized (lock) {
      all.addAll(leaving);
      all.addAll(sealedLeaving);
      all.removeIf(chunk -> !Arrays.equals(chunk.prefix(), prefix));
      addIfAny(all, sealed.of(prefix));
      addIfAny(all, open.of(prefix));
      Scan chunkRows = rows.scan(Keys.chunk(prefix, first), Keys.chunk(prefix, NO_OFFSET));
      return new EntityScan(
          new EntityScan.Range(prefix, first, end), waiting(all), chunkRows, rows.scan(from, to));
    }
  }

  private static void addIfAny(List<OpenChunk> all, @Nullable OpenChunk chunk) {
    if (chunk != null) {
      all.add(chunk);
    }
  }

  /** Copies, because the chunks go on to change; in the order of the store's rows. */
  private static Deque<Row> waiting(List<OpenChunk> chunks) {
    chunks.sort(
        Comparator.comparing(OpenChunk::prefix, Arrays::compareUnsigned)
            .thenComparingLong(OpenChunk::first));
    Deque<Row> copies = new ArrayDeque<>(chunks.size());
    chunks.forEach(chunk -> copies.add(new Row(chunk.prefix(), chunk.row())));
    return copies;
  }

  /** A chunk as it would be in the store. */
  record Row(byte[] prefix, byte[] chunk) {}

  @Override
  public void copyTo(Path directory) {
    storeAllSealed();
    rows.copyTo(directory);
  }

  @Override
  public void verify() {
    rows.verify();
  }

  @Override
  public void condemn(String reason) {
    rows.condemn(reason);
  }

  @Override
  public long bytesOnDisk() {
    return rows.bytesOnDisk();
  }

  @Override
  public void close() {
    rows.close();
  }
}
