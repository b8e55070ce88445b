/**
 * Gives the messages of queues to workers. What is ready is ordered in the memory of the leaders of
 * shards; what happens to a message is decided by the message itself ({@code queue}). Entry types:
 * {@link dev.perdure.runtime.dispatch.Dispatcher}, {@link dev.perdure.runtime.dispatch.QueueDoor}.
 *
 * <p>Threading: thread-safe; shards' loops tell the dispatcher, under one lock that is never held
 * over a call to anything else. Invariants: what is held here is derived, bounded, and may be wrong
 * for a while: a lease is given only when the message has recorded it. Does not own: the record
 * ({@code queue}), the index of what is unfinished ({@code wake}), HTTP.
 */
@NullMarked
package dev.perdure.runtime.dispatch;

import org.jspecify.annotations.NullMarked;
