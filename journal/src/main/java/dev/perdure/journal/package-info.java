/**
 * The replicated, durable log of one shard. Entry types: {@link dev.perdure.journal.Journal}, which
 * a shard appends to, and {@link dev.perdure.journal.Replica}, which the shard is for its journal.
 *
 * <p>Threading: {@code append} is called by one thread, the shard's loop; {@code Replica.apply} by
 * one thread of the journal. Invariants: entries are applied in index order, each only after it is
 * forced to disk on a quorum; acknowledged entries are never dropped silently. Does not own: what
 * entries mean, fencing, state.
 */
@NullMarked
package dev.perdure.journal;

import org.jspecify.annotations.NullMarked;
