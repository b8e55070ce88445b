package dev.perdure.runtime.shard;

import dev.perdure.runtime.apply.AppliedEntry;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Ends the retention of recorded replies, oldest entry first: the leader puts what expired into the
 * journal, and apply deletes it. Loop thread.
 */
final class Expiry {

  private static final int PER_ENTRY_MAX = 16;
  private static final int READ_AHEAD = 64;

  private final ShardParts parts;
  private final Repeats repeats;
  private final Ownership ownership;
  private final Deque<OperationsRow> ahead = new ArrayDeque<>();
  private long nextOffset;
  private long nothingBefore;

  Expiry(ShardParts parts, Repeats repeats, Ownership ownership) {
    this.parts = parts;
    this.repeats = repeats;
    this.ownership = ownership;
  }

  /** Adds what expired before the entry's stamp. */
  void addTo(Proposal proposal) {
    long stamp = proposal.batch().stamp();
    if (parts.has(PlantedBug.EXPIRY_KEEPS_ROWS) || stamp < nothingBefore) {
      return;
    }
    for (int i = 0; i < PER_ENTRY_MAX; i++) {
      OperationsRow oldest = oldest();
      if (oldest == null) {
        return;
      }
      if (!repeats.expired(oldest.stamp(), stamp)) {
        nothingBefore = oldest.stamp() + parts.limits().replyRetention().toNanos() / 1000;
        return;
      }
      proposal.expiry(ownership.ending(oldest));
      ahead.removeFirst();
    }
  }

  /**
   * Starts from the store again with every epoch: others may have expired something, or what was
   * proposed did not survive.
   */
  void applied(AppliedEntry entry) {
    if (entry.fence().sequence() == 0) {
      ahead.clear();
      nextOffset = 0;
      nothingBefore = 0;
    }
  }

  private @org.jspecify.annotations.Nullable OperationsRow oldest() {
    if (ahead.isEmpty()) {
      try (StateStore.Scan rows =
          parts
              .state()
              .store()
              .scan(Keys.operations(nextOffset), Keys.operations(Long.MAX_VALUE))) {
        for (int i = 0; i < READ_AHEAD && rows.valid(); i++, rows.next()) {
          OperationsRow row = OperationsRow.read(rows.value());
          ahead.addLast(row);
          nextOffset = row.baseOffset() + 1;
        }
      }
    }
    return ahead.peekFirst();
  }
}
