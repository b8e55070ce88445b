/**
 * What must hold of a history when the faults are over: nothing acknowledged is lost, nothing is
 * there twice, every answer fits one order, money is conserved. Entry types: {@link
 * dev.perdure.lab.cluster.check.HistoryChecks}, {@link dev.perdure.lab.cluster.check.LedgerReader}.
 *
 * <p>Threading: pure functions, but for the reader. Invariants: the rules of an account are written
 * down here a second time, not taken from the code that is examined; an undecided verdict is a
 * failure. Does not own: how the history came about.
 */
@NullMarked
package dev.perdure.lab.cluster.check;

import org.jspecify.annotations.NullMarked;
