/**
 * Checkers: what a run must have kept, judged from what clients were told and what the committed
 * log holds. Entry types: {@link dev.perdure.testkit.check.HistoryCheck}, {@link
 * dev.perdure.testkit.check.FactsCheck}, {@link dev.perdure.testkit.check.Linearizability}.
 *
 * <p>Threading: one thread. Invariants: an undecided verdict is a failure; the committed log is
 * read by other code than the shard's. Does not own: how histories come about.
 */
@NullMarked
package dev.perdure.testkit.check;

import org.jspecify.annotations.NullMarked;
