package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.Fence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries that were proposed and are not applied yet, and how large the next one should be. The
 * loop's thread changes it; any thread may look a batch up or expire.
 *
 * <p>Deciding, forcing and applying go on at the same time only if the work that is there is spread
 * over as many entries. So an entry leaves at once when nothing is in flight, and otherwise when it
 * holds its share of all that waits or is under way. Without that, entries of one command take
 * turns with entries of all the others: whoever comes first after an answer leaves alone.
 */
final class InFlight {

  private final int entriesMax;
  private final ConcurrentMap<Fence, Batch> entries = new ConcurrentHashMap<>();
  private int count;
  private int commands;

  InFlight(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  /** The batch of an entry, null if it is not known. Any thread. */
  @Nullable Batch get(Fence fence) {
    return entries.get(fence);
  }

  /** Ends the waits of recorded commands whose deadline has passed. Any thread. */
  void expire(long nowNs) {
    entries.values().forEach(batch -> batch.expire(nowNs));
  }

  /** Also those of answers that are not recorded. */
  void expireFollowers(long nowNs) {
    entries
        .values()
        .forEach(batch -> batch.followers().forEach(follower -> follower.request().expire(nowNs)));
  }

  /** Any thread. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** True if no further entry may be proposed. */
  boolean full() {
    return count >= entriesMax;
  }

  void add(Batch batch) {
    entries.put(batch.fence(), batch);
    count++;
    commands += batch.commands().size();
  }

  void remove(Batch batch) {
    if (entries.remove(batch.fence()) != null) {
      count--;
      commands -= batch.commands().size();
    }
  }

  /** True if so many commands are an entry's share, with so many more waiting to be decided. */
  boolean isShare(int held, int waiting) {
    return held * (entriesMax + 1L) >= (long) commands + held + waiting;
  }

  void forEach(Consumer<Batch> action) {
    entries.values().forEach(action);
  }

  /** Takes all out, in the order in which they were proposed. */
  List<Batch> takeAll() {
    List<Batch> all = new ArrayList<>(entries.values());
    all.sort(
        Comparator.comparingLong((Batch batch) -> batch.fence().epoch())
            .thenComparingLong(batch -> batch.fence().sequence()));
    entries.clear();
    count = 0;
    commands = 0;
    return all;
  }
}
