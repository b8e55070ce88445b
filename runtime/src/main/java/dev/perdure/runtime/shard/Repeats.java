package dev.perdure.runtime.shard;

import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.AppliedEntry;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows operations that were seen before: in flight, or recorded. Loop thread. */
final class Repeats {

  private static final int ROWS_SCANNED_MAX = 4096;

  private final ShardParts parts;
  private final StateStore store;
  private final OperationIndex index;
  private final Map<Long, Pending> inFlight = new HashMap<>();

  Repeats(ShardParts parts, long nextOffset) {
    this.parts = parts;
    this.store = parts.state().store();
    this.index = new OperationIndex(parts.limits().operationsInMemoryMax(), nextOffset);
  }

  OperationIndex index() {
    return index;
  }

  /** The same operation on its way to the journal, null if there is none. */
  @Nullable Pending inFlight(Pending command) {
    Pending first = inFlight.get(command.operationHash());
    return first != null && first != command && first.sameOperation(command) ? first : null;
  }

  /** True if the operation is on its way to the journal. */
  boolean isInFlight(EntityAddress address, String operationId) {
    Pending first = inFlight.get(address.operationHash(operationId));
    return first != null
        && first.operationId().equals(operationId)
        && first.command().address().equals(address);
  }

  void started(Pending command) {
    inFlight.put(command.operationHash(), command);
  }

  void ended(Pending command) {
    inFlight.remove(command.operationHash(), command);
  }

  void clearInFlight() {
    inFlight.clear();
  }

  /** An entry was applied. */
  void applied(AppliedEntry entry) {
    for (int i = 0; i < entry.operations(); i++) {
      index.add(entry.operationHash(i), entry.operationOffset(i));
    }
    if (entry.expiredThrough() >= 0) {
      index.forget(entry.expiredThrough());
    }
  }

  /**
   * The record of an operation, null if it was never seen or its retention has ended.
   *
   * @param stamp the shard's time now
   */
  @Nullable CommandRecord recorded(EntityAddress address, String operationId, long stamp) {
    List<OperationIndex.Place> places = index.find(address.operationHash(operationId));
    Wanted wanted = new Wanted(address, operationId, stamp);
    for (OperationIndex.Place place : places) {
      CommandRecord record =
          switch (place) {
            case OperationIndex.Place.At at -> read(address, at.offset());
            case OperationIndex.Place.Within within -> search(wanted, within);
          };
      if (record != null && is(wanted, record)) {
        return record;
      }
    }
    return null;
  }

  private record Wanted(EntityAddress address, String operationId, long stamp) {}

  /** An expired record is passed over: the operation may have been executed anew behind it. */
  private boolean is(Wanted wanted, CommandRecord record) {
    return record.origin().operationId().equals(wanted.operationId)
        && !expired(record.stamp(), wanted.stamp);
  }

  /** True if what was recorded at {@code recorded} is no longer remembered at {@code now}. */
  boolean expired(long recorded, long now) {
    long at = parts.has(PlantedBug.EXPIRY_BY_WALL_CLOCK) ? parts.clock().wallMicros() : now;
    return recorded + parts.limits().replyRetention().toNanos() / 1000 <= at;
  }

  private @Nullable CommandRecord read(EntityAddress address, long offset) {
    byte[] row = store.get(Keys.record(address, offset));
    return row == null ? null : CommandRecord.read(row);
  }

  private @Nullable CommandRecord search(Wanted wanted, OperationIndex.Place.Within within) {
    EntityAddress address = wanted.address;
    int scanned = 0;
    try (StateStore.Scan rows =
        store.scan(Keys.record(address, within.from()), Keys.record(address, within.to() + 1))) {
      for (; rows.valid(); rows.next()) {
        CommandRecord record = CommandRecord.read(rows.value());
        boolean same = record.origin().operationId().equals(wanted.operationId);
        if (is(wanted, record) || (same && parts.has(PlantedBug.SEARCH_STOPS_AT_EXPIRED))) {
          return record;
        }
        if (++scanned >= ROWS_SCANNED_MAX) {
          return searchOperations(wanted, within);
        }
      }
    }
    return null;
  }

  /** For an entity with very many records: the shard's ids in order are the shorter way. */
  private @Nullable CommandRecord searchOperations(
      Wanted wanted, OperationIndex.Place.Within within) {
    long hash = wanted.address.operationHash(wanted.operationId);
    try (StateStore.Scan rows =
        store.scan(Keys.operations(within.from()), Keys.operations(within.to() + 1))) {
      for (; rows.valid(); rows.next()) {
        OperationsRow row = OperationsRow.read(rows.value());
        for (int i = 0; i < row.hashes().length; i++) {
          if (row.hashes()[i] == hash) {
            CommandRecord record = read(wanted.address, row.offsets()[i]);
            if (record != null && is(wanted, record)) {
              return record;
            }
          }
        }
      }
    }
    return null;
  }

  /** A record's answer as a repeat gets it. */
  static Outcome replay(CommandRecord record) {
    String rejection = record.answer().rejection();
    return rejection == null
        ? new Outcome.Done(record.version(), record.answer().body(), true)
        : new Outcome.Rejected(
            rejection,
            new String(record.answer().body(), StandardCharsets.UTF_8),
            record.version(),
            true);
  }

  /** An answer in flight as a repeat gets it. */
  static Outcome replay(Outcome first) {
    return switch (first) {
      case Outcome.Done done -> new Outcome.Done(done.version(), done.body(), true);
      case Outcome.Rejected rejected ->
          new Outcome.Rejected(rejected.code(), rejected.detail(), rejected.version(), true);
      case Outcome.Failed failed -> failed;
    };
  }
}
