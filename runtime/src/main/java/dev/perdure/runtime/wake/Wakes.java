package dev.perdure.runtime.wake;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who is told of wakes on this node, and which ones wait. Thread-safe. */
public final class Wakes {

  private static final byte[] END = {};

  private final Map<String, WakeListener> listeners = new ConcurrentHashMap<>();
  private final Map<Integer, LongSupplier> stamps = new ConcurrentHashMap<>();
  private final IntFunction<@Nullable ShardState> shards;
  private volatile @Nullable LockListener locks;

  /**
   * Without listeners.
   *
   * @param shards gives a shard's facts; null if this node has no replica of it
   */
  public Wakes(IntFunction<@Nullable ShardState> shards) {
    this.shards = shards;
  }

  /**
   * Has a listener told of the wakes of an entity type in place of running them. Before the shards
   * are started, so that it hears of everything.
   *
   * @param type stored name
   */
  public void listen(String type, WakeListener listener) {
    listeners.put(type, listener);
  }

  /** Has a listener told of entities that transactions hold for long. Before shards are started. */
  public void resolveBy(LockListener listener) {
    locks = listener;
  }

  /** Who is told of entities that transactions hold; null if nobody is. */
  public @Nullable LockListener locks() {
    return locks;
  }

  /** Who is told of the wakes of a type; null if they are run. */
  public @Nullable WakeListener listener(String type) {
    return listeners.isEmpty() ? null : listeners.get(type);
  }

  /** A shard's time, as its loop stamps by it; from any thread. */
  public void stampedBy(int shard, LongSupplier micros) {
    stamps.put(shard, micros);
  }

  /**
   * A shard's time on its leader: what its wakes go by, whatever the machine's wall clock says.
   * Microseconds since 1970; the wall clock's where the shard has not led here.
   */
  public long nowMicros(int shard, Clock clock) {
    LongSupplier micros = stamps.get(shard);
    return micros == null ? clock.wallMicros() : micros.getAsLong();
  }

  /** A shard's loop leads, or does not any more. */
  public void leads(int shard, boolean leading) {
    Set.copyOf(listeners.values()).forEach(one -> one.leads(shard, leading));
  }

  /** Slots came to a shard whose loop leads, or left it. */
  public void moved(int shard, IntPredicate owned) {
    Set.copyOf(listeners.values()).forEach(one -> one.moved(shard, owned));
  }

  /**
   * An entity that wants to be woken.
   *
   * @param dueMicros when, by its state; {@code Long.MAX_VALUE} for never
   * @param nextMicros when it is tried next: later than that if trying failed
   */
  public record Pending(EntityAddress entity, long dueMicros, long nextMicros) {}

  /**
   * Some of those that wait.
   *
   * @param next where the next page begins; empty at the end
   */
  public record Page(List<Pending> pending, byte[] next) {}

  /**
   * Entities of a shard that want to be woken, of any type, as applied here: slot by slot, the
   * earliest first.
   *
   * @param after {@link Page#next} of the page before; empty for the first
   * @param limit how many at most
   */
  public Page unfinished(int shard, byte[] after, int limit) {
    ShardState state = shards.apply(shard);
    List<Pending> found = new ArrayList<>();
    if (state == null) {
      return new Page(found, END);
    }
    byte[] from = after.length == 0 ? Keys.wakeIndex(0, 0) : after;
    try (StateStore.Scan rows = state.store().scan(from, Keys.wakeIndex(EntityAddress.SLOTS, 0))) {
      for (; rows.valid(); rows.next()) {
        if (found.size() == limit) {
          return new Page(found, rows.key());
        }
        byte[] key = Keys.wakeOfIndex(rows.key());
        if (state.slots().owns(Keys.slotOf(key, 0))) {
          WakeRow row = WakeRow.read(rows.value());
          found.add(new Pending(Keys.addressOf(key), row.due(), row.next()));
        }
      }
    }
    return new Page(found, END);
  }
}
