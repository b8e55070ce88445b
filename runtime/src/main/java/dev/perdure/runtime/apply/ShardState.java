package dev.perdure.runtime.apply;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.Check;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.EntryReader;
import dev.perdure.runtime.record.EntryReader.CommandRow;
import dev.perdure.runtime.record.EntryReader.RowRange;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.OperationsRow.BareRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StoreMeta;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A shard's facts: the rows in its store, and the totals over them in memory.
 *
 * <p>The store may be ahead of the totals, which are written only at snapshots: entries between the
 * two come again from the journal after a restart and then change the totals alone. All of it is a
 * function of the entries, so both meet at the same position; that is checked.
 */
public final class ShardState {

  private final HistoryStore store;
  private final StoreBatch batch = new StoreBatch();
  private final Totals totals;
  private final StoreMeta storedAtOpen;
  private final Map<String, Long> replyBytes = new ConcurrentHashMap<>();
  private final Set<ApplyFlaw> flaws;
  private long entriesIgnored;
  private long factsHash;
  private volatile StateHash hash;
  private volatile long readableIndex;
  private final HashPoints points = new HashPoints();
  private final WakeIndex wakes;
  private final StreamIndex streams;
  private volatile SlotTable slots;
  private volatile Extent readable;

  /** Reads where the store stands. */
  public ShardState(HistoryStore store) {
    this(store, Set.of());
  }

  /** With flaws, for the simulator's tests. */
  public ShardState(HistoryStore store, Set<ApplyFlaw> flaws) {
    this.store = store;
    this.flaws = flaws;
    byte[] meta = store.get(Keys.meta());
    byte[] sums = store.get(Keys.totals());
    this.storedAtOpen = meta == null ? StoreMeta.EMPTY : StoreMeta.read(meta);
    this.totals = sums == null ? Totals.empty() : Totals.read(sums);
    Check.invariant(
        totals.meta().logIndex() <= storedAtOpen.logIndex(),
        "totals are ahead of the store",
        totals.meta().logIndex());
    replyBytes.putAll(totals.replyBytes());
    this.factsHash = Arrays.stream(totals.slotHashes()).sum();
    this.hash = new StateHash(totals.meta().logIndex(), factsHash);
    this.wakes = new WakeIndex(store, flaws.contains(ApplyFlaw.WAKE_LEFT_IN_INDEX));
    this.streams = new StreamIndex(store, storedAtOpen.nextOffset(), flaws);
    this.readableIndex = hash.index;
    this.slots = slots(store);
    this.readable =
        totals.meta().equals(storedAtOpen)
            ? new Extent(slots, storedAtOpen.nextOffset())
            : new Extent(SlotTable.EMPTY, 0);
  }

  /** A replay changes it again, each slot in the end to what is stored. */
  private static SlotTable slots(HistoryStore store) {
    SlotTable found = SlotTable.EMPTY;
    try (StateStore.Scan rows =
        store.scan(Keys.slotState(0), Keys.slotState(EntityAddress.SLOTS))) {
      for (; rows.valid(); rows.next()) {
        found = found.read(Keys.slotOfState(rows.key()), rows.value());
      }
    }
    return found;
  }

  /** Which slots the shard owns. Any thread. */
  public SlotTable slots() {
    return slots;
  }

  /** Who wants to be woken when. */
  public WakeIndex wakes() {
    return wakes;
  }

  /** Which records with events stand at which offsets. */
  public StreamIndex streams() {
    return streams;
  }

  /**
   * Hash of all facts at an index of the log: two replicas that have applied the same entries have
   * the same.
   */
  public record StateHash(long index, long hash) {}

  /** Where the facts stand now. Any thread. */
  public StateHash hash() {
    return hash;
  }

  /** Index of the last entry of which everything can be read in the store. Any thread. */
  public long readableIndex() {
    return readableIndex;
  }

  /** Where the facts stood at some earlier indexes, the same on every replica. Any thread. */
  public List<StateHash> hashes() {
    return points.all();
  }

  /** The last position whose effects are stored and counted. Apply thread. */
  public LogPosition applied() {
    return new LogPosition(totals.meta().logTerm(), totals.meta().logIndex());
  }

  /**
   * The last position that left effects in the store: the journal must reach as far. Apply thread.
   */
  public LogPosition storedUpTo() {
    StoreMeta last =
        totals.meta().logIndex() > storedAtOpen.logIndex() ? totals.meta() : storedAtOpen;
    return new LogPosition(last.logTerm(), last.logIndex());
  }

  public HistoryStore store() {
    return store;
  }

  /** Where the totals stand. Apply thread. */
  public StoreMeta meta() {
    return totals.meta();
  }

  /** Bytes of recorded replies of a tenant within the retention. Any thread. */
  public long replyBytes(String tenant) {
    return replyBytes.getOrDefault(tenant, 0L);
  }

  /** Bytes of recorded replies of all tenants. Any thread. */
  public long replyBytes() {
    return replyBytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Hash of every slot. Apply thread. */
  public long[] slotHashes() {
    return totals.slotHashes();
  }

  /**
   * What readers find here. Of a store that was just opened that is nothing, until the journal has
   * brought again what waited in memory.
   *
   * @param slots as they were when all below the offset was stored
   * @param nextOffset every record below it is here
   */
  public record Extent(SlotTable slots, long nextOffset) {

    /** True if slots left by a move: their rows are final, and all of them are here. */
    public boolean left(SlotSet of, long move) {
      return of.all(slot -> isGone(slots.of(slot), move));
    }

    /** True if slots are to leave by a move, or did. */
    public boolean has(SlotSet of, long move) {
      return of.all(
          slot -> {
            SlotTable.Slot one = slots.of(slot);
            return isGone(one, move)
                || (one.status() == SlotTable.Status.OWNED && one.move() < move);
          });
    }

    /**
     * Differs if a slot left and came anew between: what was read of it before is not of it. A
     * replica that is behind may show it as it was before it left.
     */
    public long age(SlotSet of) {
      long[] age = {0};
      of.forEach(slot -> age[0] = age[0] * AGE_FACTOR + slots.of(slot).since());
      return age[0];
    }

    private static final long AGE_FACTOR = 0x9E3779B97F4A7C15L;

    private static boolean isGone(SlotTable.Slot slot, long move) {
      return slot.status() == SlotTable.Status.GONE && slot.move() == move;
    }
  }

  /** What readers find here now. Any thread. */
  public Extent readable() {
    return readable;
  }

  /** Hash of a slot that nobody writes to; 0 if it has no rows. Any thread. */
  public long slotHash(int slot) {
    return totals.slotHash(slot);
  }

  /** Entries that the fence turned away. */
  public long entriesIgnored() {
    return entriesIgnored;
  }

  /**
   * Applies an entry.
   *
   * @param withTotals the totals are to be in the next copy of the store, which stands on this
   *     position
   * @return null if the fence turned it away, or if it was applied before
   */
  public @Nullable AppliedEntry apply(LogPosition position, byte[] entry, boolean withTotals) {
    StoreMeta before = totals.meta();
    if (position.index() <= before.logIndex()) {
      return null;
    }
    EntryHeader header = EntryReader.header(entry);
    if (!accepts(before.fence(), header.fence(), position.term())) {
      entriesIgnored++;
      points.passed(position.index(), factsHash);
      return null;
    }
    Check.invariant(
        header.fence().sequence() == 0 || header.baseOffset() == before.nextOffset(),
        "entry does not continue the shard's offsets",
        header.baseOffset());
    Check.invariant(header.stamp() > before.stamp(), "time stamp goes back", header.stamp());
    AppliedEntry applied = new AppliedEntry(header.fence(), header.stamp(), before.nextOffset());
    Effects effects = new Effects(applied, header, position);
    batch.clear();
    EntryReader.visit(entry, effects);
    effects.finish();
    StoreMeta now =
        new StoreMeta(
            position.term(),
            position.index(),
            header.fence(),
            header.stamp(),
            applied.nextOffset());
    totals.meta(now);
    hash = new StateHash(now.logIndex(), factsHash);
    points.passed(now.logIndex(), factsHash);
    store(now, withTotals);
    readableIndex = now.logIndex();
    if (now.logIndex() >= storedAtOpen.logIndex()) {
      readable = new Extent(slots, now.nextOffset());
    }
    return applied;
  }

  private boolean accepts(Fence last, Fence next, long logTerm) {
    boolean hole =
        flaws.contains(ApplyFlaw.SEQUENCE_HOLE)
            && next.term() == logTerm
            && next.epoch() == last.epoch()
            && next.sequence() > last.sequence();
    return hole || flaws.contains(ApplyFlaw.NO_FENCE) || last.accepts(next, logTerm);
  }

  private void count(LogPosition position, int slot, long rowHash) {
    if (stored(position) || !flaws.contains(ApplyFlaw.TOTALS_NOT_REPLAYED)) {
      totals.add(slot, rowHash);
      factsHash += rowHash;
    }
  }

  private void store(StoreMeta now, boolean withTotals) {
    if (now.logIndex() <= storedAtOpen.logIndex()) {
      Check.invariant(
          now.logIndex() < storedAtOpen.logIndex() || now.equals(storedAtOpen),
          "replay does not lead to what is stored, at index",
          now.logIndex());
      store.replay(batch);
      return;
    }
    batch.put(Keys.meta(), now.toBytes());
    if (withTotals && flaws.contains(ApplyFlaw.TOTALS_BEFORE_RECORDS)) {
      batch.put(Keys.totals(), totals.toBytes());
    }
    store.write(batch);
    wakes.stored(now.stamp());
    if (withTotals) {
      store.seal(totals.toBytes());
    }
  }

  /** True if the effects of this position were stored by this process, not found stored. */
  public boolean stored(LogPosition position) {
    return position.index() > storedAtOpen.logIndex();
  }

  /**
   * What the next copy of the store stands on.
   *
   * @param totals as they will be in it
   */
  public record Sealed(LogPosition position, byte[] totals) {}

  /**
   * Lets the next copy of the store stand on the last applied entry. Not beside {@link #apply}.
   *
   * @return null if the store is still ahead of what was replayed
   */
  public @Nullable Sealed seal() {
    if (totals.meta().logIndex() < storedAtOpen.logIndex()) {
      return null;
    }
    byte[] row = totals.toBytes();
    store.seal(row);
    return new Sealed(applied(), row);
  }

  /** The fence of the last accepted entry. Apply thread. */
  public Fence fence() {
    return totals.meta().fence();
  }

  /** Turns records into puts, deletes and sums. */
  private final class Effects implements EntryReader.Visitor {
    private final AppliedEntry applied;
    private final EntryHeader header;
    private final Map<String, Long> charged = new TreeMap<>();
    private final List<BareRow> bare = new ArrayList<>();
    private final LogPosition position;
    private long nextOffset;

    Effects(AppliedEntry applied, EntryHeader header, LogPosition position) {
      this.applied = applied;
      this.header = header;
      this.position = position;
      this.nextOffset = applied.nextOffset();
    }

    @Override
    public void command(CommandRow command) {
      command(command, false);
    }

    private void command(CommandRow command, boolean imported) {
      RowRange row = command.row();
      long offset = row.offset();
      Check.invariant(offset == nextOffset, "record leaves a hole in the offsets at", offset);
      count(position, row.slot(), row.hash());
      if (command.operation() != 0) {
        applied.operation(command.operation(), offset);
      }
      if (command.charged() > 0) {
        charged.merge(row.tenant(), command.charged(), Long::sum);
      }
      int events = CommandRecord.eventsIn(row.entry(), row.valueFrom(), row.valueLength());
      if (events == 0) {
        bare.add(new BareRow(row.key(), row.hash()));
        batch.put(row.entry(), key(row), value(row));
      } else {
        batch.record(new StoreBatch.Added(row.entry(), key(row), value(row)));
        streams.events(row, imported);
      }
      nextOffset += Math.max(1, events);
    }

    @Override
    public void checkpoint(RowRange row, long replaced) {
      count(position, row.slot(), row.hash() - replaced);
      batch.put(row.entry(), key(row), value(row));
    }

    @Override
    public void wake(RowRange row, EntryBuilder.WakeBefore before) {
      boolean ends = row.valueLength() == 0;
      count(position, row.slot(), (ends ? 0 : row.hash()) - before.hash());
      if (ends) {
        batch.delete(row.key());
      } else {
        batch.put(row.entry(), key(row), value(row));
        store.knows(row.key());
      }
      boolean indexed = !stored(position); // the index is as far as the store
      if (ends && !indexed) {
        wakes.delete(batch, row.key(), before.next());
      } else if (!indexed) {
        wakes.put(batch, row.key(), row.value(), before.next());
      }
    }

    @Override
    public void expiry(OperationsRow expired) {
      for (BareRow row : expired.bare()) {
        count(position, Keys.slotOf(row.key(), 0), -row.hash());
        batch.delete(row.key());
      }
      batch.delete(Keys.operations(expired.baseOffset()));
      expired.charged().forEach((tenant, bytes) -> charge(tenant, -bytes));
      applied.expired(expired.offsets()[expired.offsets().length - 1]);
    }

    @Override
    public void imported(CommandRow imported) {
      RowRange row = imported.row();
      if (Keys.isRecord(row.key())) {
        command(imported, true);
      } else if (Keys.kindOf(row.key()) == Keys.WAKE) {
        wake(row, EntryBuilder.WakeBefore.NONE);
      } else {
        checkpoint(row, 0);
      }
    }

    @Override
    public void slots(SlotChange change) {
      Check.invariant(
          change.status() == SlotTable.Status.OWNED || change.since() == nextOffset,
          "slots change at another offset",
          nextOffset);
      // Seen before any row is deleted: a reader who misses a row then finds that it is not ours.
      SlotTable now = slots.with(change);
      slots = now;
      streams.slots(nextOffset, change);
      change
          .slots()
          .forEach(
              slot -> {
                batch.put(Keys.slotState(slot), now.row(slot));
                if (change.status().clears()) {
                  empty(slot, change.since());
                } else if (change.status() == SlotTable.Status.OWNED) {
                  wakes.owned(slot);
                }
              });
      nextOffset++;
    }

    private void empty(int slot, long before) {
      factsHash -= totals.empty(slot);
      // Rows of an attempt that was given up may stand before it in the same entry.
      batch.records().removeIf(one -> Keys.slotOf(one.source(), one.key().from()) == slot);
      batch.deleteRange(Keys.slot(slot), Keys.slot(slot + 1));
      if (stored(position)) {
        wakes.empty(batch, slot);
      }
      batch.emptied(new StoreBatch.Emptied(slot, before));
    }

    private static StoreBatch.Range key(RowRange row) {
      return new StoreBatch.Range(row.keyFrom(), row.keyLength());
    }

    private static StoreBatch.Range value(RowRange row) {
      return new StoreBatch.Range(row.valueFrom(), row.valueLength());
    }

    void finish() {
      applied.nextOffset(nextOffset);
      applied.slots(slots);
      charged.forEach(this::charge);
      streams.finish(batch, header.stamp(), nextOffset, stored(position));
      if (applied.operations() > 0) {
        OperationsRow row =
            new OperationsRow(
                header.baseOffset(),
                header.stamp(),
                applied.hashes(),
                applied.offsets(),
                List.copyOf(bare),
                charged);
        batch.put(Keys.operations(header.baseOffset()), row.toBytes());
      }
    }

    private void charge(String tenant, long bytes) {
      totals.charge(tenant, bytes);
      replyBytes.merge(tenant, bytes, (a, b) -> a + b == 0 ? null : a + b);
    }
  }
}
