package dev.perdure.runtime.subscription;

import dev.perdure.runtime.record.SlotSet;

/**
 * Slots that came by a move, whose imported events are not passed yet.
 *
 * @param move its id
 * @param from the shard that had them
 * @param since the offset at which they began to come
 * @param slots as {@link SlotSet#toString}
 * @param first imported events of earlier stamps were delivered by that shard; -1 if that is not
 *     known yet
 */
public record Coming(long move, int from, long since, String slots, long first) {

  /** In place of a stamp: that shard has not said yet what it delivered. */
  public static final long UNKNOWN = -1;

  Coming known(long stamp) {
    return new Coming(move, from, since, slots, stamp);
  }
}
