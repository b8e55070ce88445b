package dev.perdure.runtime.apply;

import dev.perdure.kernel.Check;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The wakes of a shard in order of time: rows beside the facts, derived from the wake rows and
 * stored in the same batch. In memory is one time for each slot, before which none of its wakes
 * comes, however many there are.
 *
 * <p>Apply writes; one thread looks. A time is lowered after the row is stored, and raised only by
 * who looks, which takes it away before it reads: whatever is stored meanwhile lowers it again.
 *
 * <p>A wake that is due when it is stored, as that of every saga which begins, is handed over as it
 * is while somebody follows, so that it need not be searched for among all that have gone by.
 */
public final class WakeIndex {

  private static final long NONE = Long.MAX_VALUE;
  private static final int DUE_MAX = 1024;

  private final AtomicLongArray earliest = new AtomicLongArray(EntityAddress.SLOTS);
  private final AtomicLong first = new AtomicLong(NONE);
  private final AtomicIntegerArray counts = new AtomicIntegerArray(EntityAddress.SLOTS);
  private final AtomicLong total = new AtomicLong();
  private final List<Place> stored = new ArrayList<>();
  private final Queue<Due> due = new ArrayBlockingQueue<>(DUE_MAX);
  private volatile boolean followed;
  private final boolean keepsReplaced;

  private record Place(int slot, long time, @Nullable Due wake) {}

  /**
   * A wake that was due when it was stored.
   *
   * @param key of its row
   */
  public record Due(byte[] key, WakeRow row) {}

  WakeIndex(StateStore store, boolean keepsReplaced) {
    this.keepsReplaced = keepsReplaced;
    for (int slot = 0; slot < EntityAddress.SLOTS; slot++) {
      earliest.set(slot, NONE);
    }
    try (StateStore.Scan rows =
        store.scan(Keys.wakeCount(0), Keys.wakeCount(EntityAddress.SLOTS))) {
      for (; rows.valid(); rows.next()) {
        int count = ByteBuffer.wrap(rows.value()).getInt();
        counts.set(Keys.slotOfState(rows.key()), count);
        total.addAndGet(count);
      }
    }
    lookAgain();
  }

  // ---- apply ----

  /** A wake row came, in place of one that stood at {@code before}. */
  void put(StoreBatch batch, byte[] key, byte[] value, long before) {
    WakeRow row = WakeRow.read(value);
    int slot = Keys.slotOf(key, 0);
    int more = remove(batch, key, before);
    if (row.waits()) {
      batch.put(Keys.wakeIndex(key, row.next()), value);
      stored.add(new Place(slot, row.next(), new Due(key, row)));
      more++;
    }
    count(batch, slot, more);
  }

  /** A wake row goes that stood at {@code before}. */
  void delete(StoreBatch batch, byte[] key, long before) {
    count(batch, Keys.slotOf(key, 0), remove(batch, key, before));
  }

  private int remove(StoreBatch batch, byte[] key, long before) {
    if (before == WakeRow.SPENT) {
      return 0;
    }
    if (!keepsReplaced) {
      batch.delete(Keys.wakeIndex(key, before));
    }
    return -1;
  }

  private void count(StoreBatch batch, int slot, int more) {
    if (more != 0) {
      int now = counts.addAndGet(slot, more);
      Check.invariant(now >= 0, "the index of wakes has fewer than none in slot", slot);
      total.addAndGet(more);
      batch.put(Keys.wakeCount(slot), countRow(now));
    }
  }

  /** How many wakes of a slot there are, as a row. */
  public static byte[] countRow(int count) {
    return ByteBuffer.allocate(4).putInt(count).array();
  }

  /** All rows of a slot go. */
  void empty(StoreBatch batch, int slot) {
    total.addAndGet(-counts.getAndSet(slot, 0));
    batch.deleteRange(Keys.wakeIndex(slot, 0), Keys.wakeIndex(slot + 1, 0));
    batch.delete(Keys.wakeCount(slot));
    stored.removeIf(place -> place.slot == slot);
  }

  /** A slot's wakes may be looked at now. */
  void owned(int slot) {
    stored.add(new Place(slot, 0, null));
  }

  /** What was put is in the store, by an entry of that time. */
  void stored(long stamp) {
    for (Place place : stored) {
      Due wake = place.wake;
      if (wake == null || place.time > stamp || !followed || !due.offer(wake)) {
        lower(place.slot, place.time);
      }
    }
    stored.clear();
  }

  // ---- any thread ----

  /** How many wakes are to come, those that never do among them. */
  public long size() {
    return total.get();
  }

  /** No wake comes before it. */
  public long first() {
    return first.get();
  }

  /** There may be a wake of a slot at a time. */
  public void lower(int slot, long time) {
    earliest.accumulateAndGet(slot, time, Math::min);
    first.accumulateAndGet(time, Math::min);
  }

  // ---- one thread ----

  /** From now on somebody takes what is due when it comes, or nobody does. */
  public void follow(boolean follows) {
    followed = follows;
    due.clear();
  }

  /** True if something that was due when it came was not taken yet. */
  public boolean hasDue() {
    return !due.isEmpty();
  }

  /** The next that was due when it came; null if there is none. Its row may have gone since. */
  public @Nullable Due takeDue() {
    return due.poll();
  }

  /** Forgets what was looked at. */
  public void lookAgain() {
    for (int slot = 0; slot < EntityAddress.SLOTS; slot++) {
      if (counts.get(slot) > 0) {
        lower(slot, 0);
      }
    }
  }

  /** Looks at the wakes of a slot. */
  public interface Look {

    /**
     * Looks at those that come at a time or later.
     *
     * @return the time of the first one that it left; {@code Long.MAX_VALUE} if there is none
     */
    long at(int slot, long from);

    /** False if no more is to be looked at now. */
    boolean goesOn();

    /** False if this slot is left out: {@link #owned} tells of it later. */
    boolean wants(int slot);
  }

  /** Shows every slot that may have wakes up to a time. */
  public void look(long now, Look look) {
    first.set(NONE);
    long next = NONE;
    for (int slot = 0; slot < EntityAddress.SLOTS; slot++) {
      long from = earliest.get(slot);
      if (from > now || !look.goesOn()) {
        next = Math.min(next, from);
      } else if (look.wants(slot)) {
        long left = earliest.getAndSet(slot, NONE);
        try {
          left = look.at(slot, left);
        } finally {
          lower(slot, left);
        }
      }
    }
    first.accumulateAndGet(next, Math::min);
  }
}
