/**
 * The record of a subscription in a shard: an entity of an internal type, with its commands, events
 * and state. Entry type: {@link dev.perdure.runtime.subscription.SubscriptionEntity}.
 *
 * <p>Threading: immutable values and pure functions; {@code Moves} belongs to one thread.
 * Invariant: a state says all that a consumer on another node needs to go on. Does not own: running
 * the author's code ({@code consume}), storage, the stream ({@code stream}).
 */
@NullMarked
package dev.perdure.runtime.subscription;

import org.jspecify.annotations.NullMarked;
