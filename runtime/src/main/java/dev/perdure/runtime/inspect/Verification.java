package dev.perdure.runtime.inspect;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.ratis.LogEntries;
import dev.perdure.journal.ratis.LogEntry;
import dev.perdure.journal.ratis.LogFinding;
import dev.perdure.journal.ratis.LogReport;
import dev.perdure.journal.ratis.LogVerifier;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.InvariantViolation;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.QuarantineException;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a data directory: the log's records, the entries in them, the store's blocks, the slot
 * hashes against the rows, every snapshot; and, where the services are at hand, that folding every
 * history from its first event gives what the checkpoints hold.
 */
public final class Verification {

  private static final long NATIVE_BYTES = 64L << 20;

  private final DataDirectory data;
  private final @Nullable TypeRegistry refold;
  private final List<Checked> checked = new ArrayList<>();

  private Verification(DataDirectory data, @Nullable TypeRegistry refold) {
    this.data = data;
    this.refold = refold;
  }

  /**
   * One thing that was looked at.
   *
   * @param shard whose it is
   * @param what journal, entries, store, slot-hashes, wakes, snapshot or refold
   * @param counted how many records, rows or entities it has
   * @param problem what is wrong with it, empty if nothing is
   */
  public record Checked(int shard, String what, long counted, String problem) {

    /** True if nothing is wrong. */
    public boolean holds() {
      return problem.isEmpty();
    }
  }

  /**
   * Verifies all shards.
   *
   * @param refold the types to fold with; null to leave that out
   */
  public static List<Checked> run(DataDirectory data, @Nullable TypeRegistry refold) {
    Verification verification = new Verification(data, refold);
    for (int shard = 0; shard < data.shards(); shard++) {
      verification.shard(shard);
    }
    return List.copyOf(verification.checked);
  }

  private void shard(int shard) {
    guarded(shard, "journal", () -> journal(shard));
    guarded(shard, "entries", () -> entries(shard));
    for (Snapshots.Snapshot snapshot : new Snapshots(data.snapshots(shard)).all()) {
      guarded(
          shard,
          "snapshot " + snapshot.directory().getFileName(),
          () -> {
            Snapshots.verify(snapshot);
            return 1;
          });
    }
    try (NativeMemory memory = new NativeMemory(NATIVE_BYTES)) {
      guarded(shard, "store", () -> store(shard, memory));
    }
  }

  private interface Check {
    long run();
  }

  private void guarded(int shard, String what, Check check) {
    try {
      checked.add(new Checked(shard, what, check.run(), ""));
    } catch (CorruptionException
        | InvariantViolation
        | QuarantineException
        | UncheckedIOException e) {
      checked.add(new Checked(shard, what, 0, String.valueOf(e.getMessage())));
    }
  }

  private long journal(int shard) {
    LogReport report = LogVerifier.verify(data.journal(), shard);
    LogFinding refusal = report.refusal().orElse(null);
    if (refusal != null) {
      throw new CorruptionException(refusal.message());
    }
    return report.entries();
  }

  private long entries(int shard) {
    long count = 0;
    try (LogEntries entries = LogEntries.of(data.journal(), shard)) {
      while (entries.hasNext()) {
        LogEntry entry = entries.next();
        if (entry.kind() == LogEntry.Kind.APPENDED) {
          EntryText.of(entry.bytes());
          count++;
        }
      }
    }
    return count;
  }

  private long store(int shard, NativeMemory memory) {
    try (RocksStateStore store = RocksStateStore.openReadOnly(data.state(shard), memory)) {
      store.verify();
      ShardState state = new ShardState(HistoryStore.readOnly(store));
      guarded(shard, "slot-hashes", () -> slotHashes(shard, state));
      guarded(shard, "wakes", () -> WakeIndexCheck.run(state.store()));
      TypeRegistry types = refold;
      if (types != null) {
        guarded(shard, "refold", () -> refold(state.store(), types));
      }
      return store.bytesOnDisk();
    }
  }

  /** Sums from the journal against sums over the rows. */
  private long slotHashes(int shard, ShardState state) {
    try (LogEntries entries = LogEntries.of(data.journal(), shard)) {
      while (entries.hasNext()) {
        LogEntry entry = entries.next();
        LogPosition position = entry.position();
        if (entry.kind() == LogEntry.Kind.APPENDED && !state.stored(position)) {
          state.apply(position, entry.bytes(), false);
        }
      }
    }
    long rows = 0;
    long[] found = new long[EntityAddress.SLOTS];
    try (StateStore.Scan scan = state.store().scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; scan.valid(); scan.next(), rows++) {
        byte[] key = scan.key();
        found[Keys.slotOf(key, 0)] += EntryBuilder.rowHash(key, scan.value());
      }
    }
    int slot = Arrays.mismatch(found, state.slotHashes());
    if (slot >= 0) {
      throw new CorruptionException(
          String.format(
              "slot %d: the rows hash to %016x, the journal to %016x",
              slot, found[slot], state.slotHashes()[slot]));
    }
    return rows;
  }

  private static long refold(StateStore store, TypeRegistry types) {
    EntityLoader loader = new EntityLoader(store);
    long entities = 0;
    EntityAddress last = null;
    try (StateStore.Scan scan = store.scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; scan.valid(); scan.next()) {
        EntityAddress address = Keys.addressOf(scan.key());
        if (last == null || !address.equals(last)) {
          last = address;
          entities++;
          EntityModel model = types.stored(address.type());
          if (model == null) {
            throw new CorruptionException("no service reads entity type '" + address.type() + "'");
          }
          loader.genesis(address, model);
        }
        if (Keys.kindOf(scan.key()) == Keys.CHECKPOINT) {
          compare(store, types, StateCheckpoint.read(scan.value()), address);
        }
      }
    }
    return entities;
  }

  private static void compare(
      StateStore store, TypeRegistry types, StateCheckpoint checkpoint, EntityAddress address) {
    EntityModel model = types.stored(address.type());
    if (model == null || model.fingerprint() != checkpoint.fingerprint()) {
      return;
    }
    EntityLoader.Genesis folded =
        new EntityLoader(store).genesis(address, model, checkpoint.version());
    byte[] state = model.encodeState(folded.state());
    if (folded.version() != checkpoint.version() || !Arrays.equals(state, checkpoint.state())) {
      throw new CorruptionException(
          address
              + ": folded from its first event, version "
              + checkpoint.version()
              + " differs from its checkpoint");
    }
  }
}
