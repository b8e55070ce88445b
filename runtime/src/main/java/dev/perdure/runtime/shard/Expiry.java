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
  private final Deque<OperationsRow> ahead = new ArrayDeque<>();
  private final Deque<OperationsRow> proposed = new ArrayDeque<>();
  private long nextOffset;
  private long nothingBefore;

  Expiry(ShardParts parts, Repeats repeats) {
    this.parts = parts;
    this.repeats = repeats;
  }

  /** Adds what expired before the entry's stamp. */
  void addTo(Proposal proposal) {
    long stamp = proposal.batch().stamp();
    if (parts.has(PlantedBug.EXPIRY_KEEPS_ROWS) || stamp < nothingBefore) {
      return;
    }
    proposed.clear();
    for (int i = 0; i < PER_ENTRY_MAX; i++) {
      OperationsRow oldest = oldest();
      if (oldest == null) {
        return;
      }
      if (!repeats.expired(oldest.stamp(), stamp)) {
        nothingBefore = oldest.stamp() + parts.limits().replyRetention().toNanos() / 1000;
        return;
      }
      proposal.expiry(oldest);
      proposed.addLast(ahead.removeFirst());
    }
  }

  /** The entry that it was added to will not be proposed. */
  void giveBack() {
    while (!proposed.isEmpty()) {
      ahead.addFirst(proposed.removeLast());
    }
  }

  /** Starts from the store again whenever others may have expired something. */
  void applied(AppliedEntry entry) {
    if (entry.fence().sequence() == 0) {
      ahead.clear();
      proposed.clear();
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
