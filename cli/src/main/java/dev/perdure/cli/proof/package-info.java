/**
 * {@code proof}: the bars that are too long for every change. Entry type: {@link
 * dev.perdure.cli.proof.ProofCommand}.
 *
 * <p>Threading: the main thread. Invariants: a check that does not hold ends with its own exit
 * code, and what shows it is kept. Does not own: what is proved and how; that is the lab's.
 */
@NullMarked
package dev.perdure.cli.proof;

import org.jspecify.annotations.NullMarked;
