/**
 * One node put together: its shards behind the slot map, on one data directory. Entry type: {@link
 * dev.perdure.runtime.node.Node}.
 *
 * <p>Threading: thread-safe; a watch thread looks after all shards. Invariant: what is opened is
 * closed again when opening fails half-way. Does not own: what a shard does, HTTP, configuration
 * files.
 */
@NullMarked
package dev.perdure.runtime.node;

import org.jspecify.annotations.NullMarked;
