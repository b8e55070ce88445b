/**
 * Which entities of a node's shards want to be woken, and who is told in their place. Entry type:
 * {@link dev.perdure.runtime.wake.Wakes}.
 *
 * <p>Threading: thread-safe; listeners are told by shards' loops and must not block. Invariant: the
 * index that is listed here holds what the wake rows say, in the order of slots and times. Does not
 * own: the rows ({@code record}), their index ({@code apply}), what is done when a wake is due
 * ({@code shard}).
 */
@NullMarked
package dev.perdure.runtime.wake;

import org.jspecify.annotations.NullMarked;
