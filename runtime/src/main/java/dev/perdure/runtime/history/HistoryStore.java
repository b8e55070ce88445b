package dev.perdure.runtime.history;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;
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
  private static final int BUFFER_BYTES_AT_FIRST = 512;
  private static final int BUFFER_BYTES_KEPT = 4 * 1024;
  private static final long NO_OFFSET = -1;

  /** Of so many entities what waits is copied at once. */
  private static final int ENTITIES_PER_PART = 1024;

  private final StateStore rows;
  private final Object lock = new Object();

  /** Held while sealed chunks are on their way into the store; taken before the other. */
  private final Object storing = new Object();

  private final long waitingBytesMax;
  private final StoreBatch replayed = new StoreBatch();
  private final StoreBatch sealedRows = new StoreBatch();

  /** Chunks on their way into the store, where readers find them until they are there. */
  private final List<OpenChunk> leaving = new ArrayList<>();

  private final List<OpenChunk> sealedLeaving = new ArrayList<>();

  /** Buffers live for seconds; without this they would fill the old generation. */
  private final Deque<ByteWriter> buffers = new ArrayDeque<>();

  private final @Nullable Known known;
  private Waiting open;
  private Waiting sealed;
  private volatile byte @Nullable [] sealedTotals;
  private volatile boolean broken;

  /** Over a store that is only read: a replay keeps all it brings in memory. */
  public static HistoryStore readOnly(StateStore rows) {
    return new HistoryStore(rows, Waiting.WITHOUT_END, null);
  }

  /**
   * Over a store.
   *
   * @param waitingBytesMax bytes of heap for records that wait; while a snapshot is taken as much
   *     again for those that were sealed, and at most as much for buffers to be used again
   */
  public HistoryStore(StateStore rows, long waitingBytesMax) {
    this(rows, waitingBytesMax, Known.BYTES);
  }

  /**
   * Over a store.
   *
   * @param knownBytes bytes of heap to know by which entities have records
   */
  public HistoryStore(StateStore rows, long waitingBytesMax, int knownBytes) {
    this(rows, waitingBytesMax, Known.of(rows, knownBytes));
  }

  private HistoryStore(StateStore rows, long waitingBytesMax, @Nullable Known known) {
    this.rows = rows;
    this.waitingBytesMax = waitingBytesMax;
    this.known = known;
    this.open = new Waiting(this::buffer, waitingBytesMax, known);
    this.sealed = new Waiting(this::buffer, waitingBytesMax, known);
  }

  /** A planted bug: knows of no entity that was there before. */
  public static HistoryStore forgetful(StateStore rows, long waitingBytesMax, int knownBytes) {
    return new HistoryStore(rows, waitingBytesMax, new Known(knownBytes));
  }

  @Override
  public boolean mayKnow(byte[] prefix) {
    return known == null || known.has(Hash64.of(prefix));
  }

  /** An entity has a wake row, perhaps without any record: whoever loads it looks for it. */
  public void knows(byte[] wakeKey) {
    if (known != null) {
      known.add(Hash64.of(wakeKey, 0, wakeKey.length - 1, 0));
    }
  }

  @Override
  public void write(StoreBatch batch) {
    drop(batch.emptied());
    store(batch.records(), batch);
  }

  /** Takes in the records of a batch whose other rows the store holds from an earlier life. */
  public void replay(StoreBatch batch) {
    replayed.clear();
    drop(batch.emptied());
    batch.emptied().forEach(this::deleteAgain);
    store(batch.records(), replayed);
  }

  /** Nothing of these slots waits any more. */
  private void drop(List<StoreBatch.Emptied> slots) {
    if (slots.isEmpty()) {
      return;
    }
    BitSet gone = new BitSet();
    slots.forEach(one -> gone.set(one.slot()));
    Predicate<OpenChunk> of = chunk -> gone.get(Keys.slotOf(chunk.prefix(), 0));
    synchronized (storing) { // what is on its way into the store arrives before it is deleted
      synchronized (lock) {
        open.removeIf(of);
        sealed.removeIf(of);
        sealedLeaving.removeIf(of);
      }
    }
  }

  /**
   * A replay stores chunks of what was deleted later. Whatever else the slot has came after that:
   * it stays, because a replay does not bring it again.
   */
  private void deleteAgain(StoreBatch.Emptied slot) {
    try (Scan all = rows.scan(Keys.slot(slot.slot()), Keys.slot(slot.slot() + 1))) {
      for (; all.valid(); all.next()) {
        byte[] key = all.key();
        if (Keys.isChunk(key) && Keys.offsetOf(key) < slot.before()) {
          replayed.delete(key);
        }
      }
    }
  }

  private void store(List<StoreBatch.Added> records, StoreBatch batch) {
    requireWhole();
    try {
      take(records, batch);
      if (batch.count() > 0) {
        rows.write(batch);
      }
    } catch (RuntimeException | Error e) {
      broken = true;
      throw e;
    }
    pool(leaving);
  }

  /** After a write that failed nobody knows what is stored; an open from disk does. */
  private void requireWhole() {
    if (broken) {
      throw new IllegalStateException("a write failed before; the store is to be opened anew");
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
    OpenChunk before = sealed.of(chunk.prefix());
    if (before != null) {
      put(before, batch); // it stays sealed: totals wait until it was stored as such
    }
    leaving.add(chunk);
    put(chunk, batch);
  }

  private static void put(OpenChunk chunk, StoreBatch batch) {
    batch.put(Keys.chunk(chunk.prefix(), chunk.last()), chunk.row());
  }

  /** Forgets what is in the store now, and keeps some of the buffers. */
  private void pool(List<OpenChunk> stored) {
    synchronized (lock) {
      for (OpenChunk chunk : stored) {
        // One that left for want of memory is not kept, so that many small ones find small ones.
        if (buffers.size() < waitingBytesMax / BUFFER_BYTES_KEPT
            && chunk.bytes().array().length <= BUFFER_BYTES_KEPT
            && !chunk.evicted()) {
          buffers.push(chunk.bytes());
        }
      }
      stored.clear();
    }
  }

  /** Totals that the next copy is to hold, with all records written until now. The writer. */
  public void seal(byte[] totals) {
    requireWhole();
    storeSealed(); // nothing is left of it, unless the snapshot before this one failed
    synchronized (lock) {
      sealed = open;
      open = new Waiting(this::buffer, waitingBytesMax, known);
      sealedTotals = totals;
    }
  }

  /** Stores what was sealed, and then the totals. Not beside a seal. */
  public void storeAllSealed() {
    requireWhole();
    storeSealed();
    byte[] totals = sealedTotals;
    if (totals != null) {
      sealedRows.clear();
      if (known != null) {
        known.store(rows::write);
        sealedRows.put(Keys.knownOf(), known.belongsTo(totals));
      }
      sealedRows.put(Keys.totals(), totals);
      rows.write(sealedRows);
      sealedTotals = null;
    }
  }

  private void storeSealed() {
    boolean more = true;
    while (more) {
      synchronized (storing) {
        more = takeSealed();
        if (more) {
          rows.write(sealedRows);
          pool(sealedLeaving);
        }
      }
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
    byte[] row = rows.get(key);
    if (row != null || !Keys.isRecord(key)) {
      return row;
    }
    long offset = Keys.offsetOf(key);
    try (Scan found = entity(key, Keys.record(Keys.prefixOf(key), offset + 1), offset + 1)) {
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
      return entity(from, to, Keys.isRecord(to) ? Keys.offsetOf(to) : Long.MAX_VALUE);
    }
    if (Keys.isOfShard(from)) {
      return rows.scan(from, to);
    }
    List<OpenChunk> all = new ArrayList<>();
    Deque<Row> waiting;
    Scan stored;
    synchronized (lock) {
      all.addAll(allWaiting());
      all.removeIf(chunk -> !within(chunk.prefix(), from, to));
      waiting = waiting(all);
      stored = rows.scan(from, to);
    }
    return new SlotScan(stored, waiting, 0);
  }

  /**
   * A part of the rows of some entities.
   *
   * @param rows in order; to be closed
   * @param end where the next part begins: the part is whole entities
   */
  public record Part(Scan rows, byte[] end) {}

  /**
   * Rows of whole entities between two keys: so many that little of what waits has to be copied.
   *
   * @param first records with events of lower offsets are left out; a chunk that has only such is a
   *     row of its own, so that whoever passes over very many can stop between
   */
  public Part part(byte[] from, byte[] to, long first) {
    NavigableSet<byte[]> nearest = new TreeSet<>(Arrays::compareUnsigned);
    Deque<Row> waiting;
    Scan stored;
    byte[] end = to;
    synchronized (lock) {
      List<OpenChunk> all = allWaiting();
      all.removeIf(chunk -> chunk.last() < first);
      for (OpenChunk chunk : all) {
        if (within(chunk.prefix(), from, end) && nearest.add(chunk.prefix())) {
          end = nearest.size() > ENTITIES_PER_PART ? nearest.removeLast() : end;
        }
      }
      byte[] bound = end;
      all.removeIf(chunk -> !within(chunk.prefix(), from, bound));
      waiting = waiting(all);
      stored = rows.scan(from, end);
    }
    return new Part(new SlotScan(stored, waiting, first), end);
  }

  private List<OpenChunk> allWaiting() {
    List<OpenChunk> all = new ArrayList<>(leaving);
    all.addAll(sealedLeaving);
    sealed.all().forEach(all::add);
    open.all().forEach(all::add);
    return all;
  }

  /** An entity's records with events, from an offset on. */
  public Scan withEvents(byte[] prefix, long first) {
    byte[] from = Keys.record(prefix, first);
    return entity(from, from, Long.MAX_VALUE);
  }

  /** Rows as they are in the store, without what waits. */
  public Scan stored(byte[] from, byte[] to) {
    return rows.scan(from, to);
  }

  private static boolean within(byte[] prefix, byte[] from, byte[] to) {
    return Arrays.compareUnsigned(prefix, from) >= 0 && Arrays.compareUnsigned(prefix, to) < 0;
  }

  /** Records with events up to an offset, then the rows between two keys. */
  private Scan entity(byte[] from, byte[] to, long end) {
    byte[] prefix = Keys.prefixOf(from);
    long first = Keys.offsetOf(from);
    List<OpenChunk> all = new ArrayList<>();
    Deque<Row> waiting;
    Scan chunks;
    Scan others;
    synchronized (lock) {
      all.addAll(leaving);
      all.addAll(sealedLeaving);
      all.removeIf(chunk -> !Arrays.equals(chunk.prefix(), prefix));
      addIfAny(all, sealed.of(prefix));
      addIfAny(all, open.of(prefix));
      waiting = waiting(all);
      chunks = rows.scan(Keys.chunk(prefix, first), Keys.chunk(prefix, NO_OFFSET));
      others = rows.scan(from, to);
    }
    return new EntityScan(
        new EntityScan.Range(prefix, first, end), new EntityScan.Sources(waiting, chunks, others));
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
