/**
 * A queue's message: an entity of an internal type, with its commands, events and state. Entry
 * type: {@link dev.perdure.runtime.queue.MessageEntity}.
 *
 * <p>Threading: immutable values and pure functions. Invariants: at most one lease at a time, and
 * whoever has not the newest one changes nothing; a message that is not done always wants to be
 * woken, so that the index of wakes lists all of them. Does not own: which message is leased next
 * ({@code dispatch}), storage.
 */
@NullMarked
package dev.perdure.runtime.queue;

import org.jspecify.annotations.NullMarked;
