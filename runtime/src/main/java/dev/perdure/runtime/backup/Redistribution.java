package dev.perdure.runtime.backup;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.apply.WakeIndex;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.StoreMeta;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a backup's shards into another number of shards. Commands keep their bytes.
 *
 * <p>A shard's offsets order its commands. Where {@code k} old shards meet in a new one, offset
 * {@code o} of the {@code j}-th becomes {@code o * k + j}: the order within an entity stays, none
 * is given twice, and no table is needed. Between old shards the order is then not that of time, so
 * a recorded reply may be forgotten later than its retention says, by a retention at most; never
 * sooner. Whether a caller gave an operation's id is not recorded, so what is restored does not
 * count for a tenant's quota.
 */
final class Redistribution {

  private static final int BATCH_BYTES = 1 << 20;
  private static final int OPERATIONS_PER_ROW = 256;
  private static final long WAITING_BYTES = 16L << 20;

  private final Repository repository;
  private final Manifest manifest;
  private final NativeMemory memory;
  private final RowSums found = new RowSums();
  private final long[] expected = new long[EntityAddress.SLOTS];

  Redistribution(Repository repository, Manifest manifest, NativeMemory memory) {
    this.repository = repository;
    this.manifest = manifest;
    this.memory = memory;
    for (Manifest.Shard shard : manifest.shards()) {
      for (int slot = 0; slot < expected.length; slot++) {
        expected[slot] += shard.slotHashes()[slot];
      }
    }
  }

  /** Writes a shard of a directory, with its snapshot, and reads it again. */
  RowSums write(DataDirectory data, int shard) throws IOException {
    Slots slots = Slots.of(shard, data.shards());
    List<Manifest.Shard> from =
        manifest.shards().stream()
            .filter(one -> one.slots().stream().anyMatch(slots::overlaps))
            .toList();
    Target target;
    try (RocksStateStore rows = RocksStateStore.open(data.state(shard), memory)) {
      target = new Target(new HistoryStore(rows, WAITING_BYTES), from.size());
      for (int j = 0; j < from.size(); j++) {
        source(from.get(j), slots, target.of(j));
      }
      target.finish();
      StoreMeta stands = target.totals.meta();
      new Snapshots(data.snapshots(shard)).take(target.store, stands.logTerm(), stands.logIndex());
    }
    return RowSums.check(data.state(shard), memory, target.totals.slotHashes());
  }

  /**
   * All old rows were read, and nothing but they was written.
   *
   * @throws CorruptionException if not
   */
  void compare(long contents, long records) {
    RowSums.compare(found.slotHashes(), expected, "the backup says");
    if (contents != found.contents() || records != found.records()) {
      throw new CorruptionException(
          "the restored shards hold "
              + records
              + " commands, the backup "
              + found.records()
              + ", or others");
    }
  }

  private void source(Manifest.Shard shard, Slots wanted, Source into) throws IOException {
    try (OpenedShard opened = new OpenedShard(repository, shard);
        RocksStateStore rows = RocksStateStore.openReadOnly(opened.directory(), memory)) {
      RowSums.requireOwned(rows, shard);
      HistoryStore store = HistoryStore.readOnly(rows);
      byte[] totals = store.get(Keys.totals());
      if (totals == null) {
        throw new CorruptionException("shard " + shard.number() + " has no totals");
      }
      into.begin(Totals.read(totals).meta(), oldestOperation(store));
      for (Slots range : shard.slots()) {
        if (range.overlaps(wanted)) {
          int first = Math.max(range.from(), wanted.from());
          int end = Math.min(range.to(), wanted.to()) + 1;
          try (StateStore.Scan scan = store.scan(Keys.slot(first), Keys.slot(end))) {
            for (; scan.valid(); scan.next()) {
              byte[] key = scan.key();
              byte[] value = scan.value();
              found.add(key, value);
              into.row(key, value);
            }
          }
        }
      }
    }
  }

  /** Operations end in the order of their offsets, so none before the oldest that is left is. */
  private static long oldestOperation(StateStore store) {
    try (StateStore.Scan rows = store.scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
      return rows.valid() ? OperationsRow.read(rows.value()).baseOffset() : Long.MAX_VALUE;
    }
  }

  /** A shard that is being written. */
  private static final class Target {
    private final HistoryStore store;
    private final int sources;
    private final Totals totals = Totals.empty();
    private final StoreBatch batch = new StoreBatch();
    private final int[] wakes = new int[EntityAddress.SLOTS];
    private int batched;

    Target(HistoryStore store, int sources) {
      this.store = store;
      this.sources = sources;
      totals.meta(new StoreMeta(0, 0, new Fence(0, 0, 0), 0, 0));
    }

    Source of(int j) {
      return new Source(this, j);
    }

    /** Behind everything that any source stands on. */
    void behind(StoreMeta meta) {
      StoreMeta now = totals.meta();
      totals.meta(
          new StoreMeta(
              Math.max(now.logTerm(), meta.logTerm()),
              Math.max(now.logIndex(), meta.logIndex()),
              new Fence(
                  Math.max(now.fence().term(), meta.fence().term()),
                  Math.max(now.fence().epoch(), meta.fence().epoch()),
                  0),
              Math.max(now.stamp(), meta.stamp()),
              Math.max(now.nextOffset(), meta.nextOffset() * sources)));
    }

    void put(byte[] key, byte[] value) {
      batch.put(key, value);
      count(key.length + value.length);
    }

    void wake(byte[] key, WakeRow row, byte[] value) {
      if (row.waits()) {
        wakes[Keys.slotOf(key, 0)]++;
        put(Keys.wakeIndex(key, row.next()), value);
      }
    }

    void record(byte[] key, byte[] value) {
      byte[] both = new byte[key.length + value.length];
      System.arraycopy(key, 0, both, 0, key.length);
      System.arraycopy(value, 0, both, key.length, value.length);
      batch.record(
          new StoreBatch.Added(
              both,
              new StoreBatch.Range(0, key.length),
              new StoreBatch.Range(key.length, value.length)));
      count(both.length);
    }

    private void count(int bytes) {
      batched += bytes;
      if (batched >= BATCH_BYTES) {
        flush();
      }
    }

    private void flush() {
      store.write(batch);
      batch.clear();
      batched = 0;
    }

    void finish() {
      flush();
      joinOperations();
      for (int slot = 0; slot < wakes.length; slot++) {
        if (wakes[slot] > 0) {
          put(Keys.wakeCount(slot), WakeIndex.countRow(wakes[slot]));
        }
      }
      batch.put(Keys.meta(), totals.meta().toBytes());
      flush();
      store.seal(totals.toBytes());
    }

    /** One row for many operations; they came one by one, in the order of entities. */
    private void joinOperations() {
      List<OperationsRow> together = new ArrayList<>();
      try (StateStore.Scan rows = store.scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
        for (; rows.valid(); rows.next()) {
          together.add(OperationsRow.read(rows.value()));
          if (together.size() >= OPERATIONS_PER_ROW) {
            join(together);
          }
        }
      }
      join(together);
      flush();
    }

    private void join(List<OperationsRow> together) {
      if (together.isEmpty()) {
        return;
      }
      int count = together.size();
      long[] hashes = new long[count];
      long[] offsets = new long[count];
      long stamp = 0;
      List<OperationsRow.BareRow> bare = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        OperationsRow one = together.get(i);
        hashes[i] = one.hashes()[0];
        offsets[i] = one.offsets()[0];
        stamp = Math.max(stamp, one.stamp());
        bare.addAll(one.bare());
        if (i > 0) {
          batch.delete(Keys.operations(one.baseOffset()));
        }
      }
      OperationsRow row =
          new OperationsRow(offsets[0], stamp, hashes, offsets, List.copyOf(bare), Map.of());
      put(Keys.operations(offsets[0]), row.toBytes());
      together.clear();
    }
  }

  /** The rows of one old shard on their way. */
  private static final class Source {
    private final Target target;
    private final int j;
    private long oldestOperation;
    private @Nullable EntityAddress address;
    private byte[] prefix = {};

    Source(Target target, int j) {
      this.target = target;
      this.j = j;
    }

    void begin(StoreMeta meta, long oldest) {
      target.behind(meta);
      oldestOperation = oldest;
    }

    private long offset(long old) {
      return old * target.sources + j;
    }

    void row(byte[] key, byte[] value) {
      if (Keys.isRecord(key)) {
        record(key, value);
      } else if (Keys.kindOf(key) == Keys.CHECKPOINT) {
        StateCheckpoint old = StateCheckpoint.read(value);
        ByteWriter out = new ByteWriter(value.length + 16);
        new StateCheckpoint(
                old.version(),
                offset(old.offset()),
                old.entityVersion(),
                old.fingerprint(),
                old.state())
            .write(out);
        byte[] row = out.toBytes();
        target.put(key, row);
        target.totals.add(Keys.slotOf(key, 0), EntryBuilder.rowHash(key, row));
      } else if (Keys.kindOf(key) == Keys.WAKE) {
        target.put(key, value);
        target.totals.add(Keys.slotOf(key, 0), EntryBuilder.rowHash(key, value));
        target.wake(key, WakeRow.read(value), value);
      } else {
        throw new CorruptionException("a row of " + Keys.addressOf(key) + " is of no known kind");
      }
    }

    private void record(byte[] key, byte[] value) {
      long old = Keys.offsetOf(key);
      byte[] now = Keys.record(Keys.prefixOf(key), offset(old));
      CommandRecord record = CommandRecord.read(value);
      long hash = EntryBuilder.rowHash(now, value);
      target.totals.add(Keys.slotOf(now, 0), hash);
      boolean bare = record.events().isEmpty();
      if (bare) {
        target.put(now, value);
      } else {
        target.record(now, value);
      }
      if (old >= oldestOperation) {
        OperationsRow row =
            new OperationsRow(
                offset(old),
                record.stamp(),
                new long[] {address(key).operationHash(record.origin().operationId())},
                new long[] {offset(old)},
                bare ? List.of(new OperationsRow.BareRow(now, hash)) : List.of(),
                Map.of());
        target.put(Keys.operations(offset(old)), row.toBytes());
      }
    }

    private EntityAddress address(byte[] key) {
      byte[] of = Keys.prefixOf(key);
      EntityAddress known = address;
      if (known == null || !java.util.Arrays.equals(of, prefix)) {
        known = Keys.addressOf(key);
        address = known;
        prefix = of;
      }
      return known;
    }
  }
}
