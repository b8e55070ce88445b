/**
 * Runs subscriptions and reactions: reads the streams of the shards that this node leads, and hands
 * events to the author's code. Entry types: {@link dev.perdure.runtime.consume.Consumers}, {@link
 * dev.perdure.runtime.consume.SubscriptionDoor}.
 *
 * <p>Threading: one virtual thread for each subscription and shard; shards' loops never wait for
 * it. Invariants: a cursor is recorded behind what was handled, never before; who does not lead
 * does not go on; two handlers are never at work for one subscription in one shard. Does not own:
 * the record ({@code subscription}), the stream ({@code stream}).
 */
@NullMarked
package dev.perdure.runtime.consume;

import org.jspecify.annotations.NullMarked;
