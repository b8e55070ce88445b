/**
 * Streams: the events of a shard in the order of their offsets, and of a node's shards together.
 * Entry types: {@link dev.perdure.runtime.stream.ShardStream}, {@link
 * dev.perdure.runtime.stream.Streams}.
 *
 * <p>Threading: thread-safe. Invariants: nothing is read that is not committed; a reader that goes
 * on behind what it has read misses nothing. Does not own: the index ({@code apply}), who reads.
 */
@NullMarked
package dev.perdure.runtime.stream;

import org.jspecify.annotations.NullMarked;
