package dev.perdure.runtime.subscription;

/**
 * Slots that left by a move: all their events before that were delivered here, but for some that
 * were deleted before.
 *
 * @param move its id; 0 for slots whose leaving is not passed yet
 * @param slots as {@link dev.perdure.runtime.record.SlotSet#toString}
 * @param first stamp of the first event that was not delivered here; {@code Long.MAX_VALUE} if all
 *     were
 */
public record HandOver(long move, String slots, long first) {}
