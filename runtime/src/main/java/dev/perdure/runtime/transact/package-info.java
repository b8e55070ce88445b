/**
 * Commands on several entities, all or nothing: two-phase commit over their shards. Entry type:
 * {@link dev.perdure.runtime.transact.TransactionDoor}.
 *
 * <p>{@code Transacting} is the course of one call as a pure state machine; the door drives it, and
 * so does the simulator. {@code Resolver} ends what a call left behind. Threading: values are
 * immutable; a {@code Transacting} belongs to one thread; door and resolver are thread-safe.
 * Invariant: an attempt is committed only after every part of it is applied as prepared. Does not
 * own: the record that says what is so ({@code transaction}), what an entity that is held does with
 * other commands ({@code shard}).
 */
@NullMarked
package dev.perdure.runtime.transact;

import org.jspecify.annotations.NullMarked;
