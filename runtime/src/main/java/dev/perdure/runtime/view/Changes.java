package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.store.StateStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a shard's stream as a view needs it: which entities changed, each once, up to the next
 * change of slots.
 *
 * @param changed entities of the wanted type, with the offset of their last event
 * @param slots the change of slots that comes behind them; null if there is none
 * @param next where to go on
 * @param seen the last offset before it at which something begins; -1 if there is none in this part
 * @param stamp of that
 */
record Changes(
    Map<EntityAddress, Long> changed,
    @Nullable SlotChange slots,
    long next,
    long seen,
    long stamp) {

  private static final int ENTITIES_MAX = 256;
  private static final int ROWS_MAX = 5_000;

  /**
   * Reads on.
   *
   * @param end nothing that begins there or behind is read
   * @throws ReplicaException if the stream is damaged
   */
  static Changes read(ShardState state, String type, long from, long end) {
    Map<EntityAddress, Long> changed = new LinkedHashMap<>();
    long next = from;
    long seen = -1;
    long stamp = 0;
    try (StateStore.Scan rows = state.store().scan(Keys.events(from), Keys.events(-1))) {
      for (int read = 0; rows.valid() && read < ROWS_MAX; read++, rows.next()) {
        EventsRow row = EventsRow.read(rows.value());
        for (EventsRow.Item item : row.items()) {
          if (item.offset() >= end) {
            return new Changes(changed, null, end, seen, stamp);
          }
          if (item.offset() < from) {
            continue;
          }
          if (item instanceof EventsRow.Recorded one
              && EventsRow.typeOf(one.prefix(), 0, one.prefix().length).equals(type)) {
            changed.put(Keys.addressOf(one.prefix()), one.offset());
          }
          next = item.offset() + 1;
          seen = item.offset();
          stamp = row.stamp();
          if (item instanceof EventsRow.Slots slots) {
            return new Changes(changed, slots.change(), next, seen, stamp);
          }
        }
        if (changed.size() >= ENTITIES_MAX) {
          return new Changes(changed, null, next, seen, stamp);
        }
      }
      return new Changes(changed, null, rows.valid() ? next : end, seen, stamp);
    } catch (CorruptionException e) {
      throw new ReplicaException(e);
    }
  }
}
