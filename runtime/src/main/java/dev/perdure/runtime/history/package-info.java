/**
 * How an entity's command records lie in the state store: the newest wait in memory, and enter the
 * store many at a time. Entry type: {@link dev.perdure.runtime.history.HistoryStore}.
 *
 * <p>Threading: as a state store, one writer and any number of readers. Invariants: readers see
 * every record that was written, whether it waits or not; what waits is in the journal behind the
 * position of the store's totals, so that a replay brings it back. Does not own: the rows
 * themselves, what a record means.
 */
@NullMarked
package dev.perdure.runtime.history;

import org.jspecify.annotations.NullMarked;
