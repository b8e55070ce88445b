/**
 * Whether a node's own figures are unlike what they usually are together, by a random cut forest
 * over them. Entry type: {@link dev.perdure.server.anomaly.Anomalies}.
 *
 * <p>Threading: one thread takes samples, any reads. Invariants: nothing is said before there were
 * enough samples; what is kept is bounded; the same figures in the same order give the same
 * verdicts; only actions that were configured are taken, and each ends with the anomaly or after a
 * time. Does not own: where figures come from, bounds of single figures (package watch of the
 * runtime), the mode.
 */
@NullMarked
package dev.perdure.server.anomaly;

import org.jspecify.annotations.NullMarked;
