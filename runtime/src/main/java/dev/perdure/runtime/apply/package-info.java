/**
 * From committed to applied: stores the facts of entries in log order. Entry type: {@link
 * dev.perdure.runtime.apply.ShardState}.
 *
 * <p>Threading: the journal's apply thread. Invariants: never runs user code, reads no clock and no
 * randomness; what the fence does not accept has no effect on any replica. Does not own: deciding,
 * answering, when a snapshot is taken.
 */
@NullMarked
package dev.perdure.runtime.apply;

import org.jspecify.annotations.NullMarked;
