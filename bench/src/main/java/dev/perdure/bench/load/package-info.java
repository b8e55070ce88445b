/**
 * Closed-loop load on a service of 10,000 accounts, and what it costs.
 *
 * <p>Entry type: {@link dev.perdure.bench.load.Harness}. A {@link dev.perdure.bench.load.Target} is
 * one way to build the service; the harness runs N callers against it, each of which waits for the
 * answer before it asks again, and records the latency of every call, the processor time of every
 * process involved and the throughput of every second.
 *
 * <p>Threading: every caller writes to a tally of its own; tallies are merged after the callers
 * have ended. Invariants: an operation id is never used twice in a run; an operation is counted
 * only when its answer arrived before the phase ended; a failed operation is reported and never
 * counted.
 *
 * <p>Does not own: how a target makes its answers durable, nor how figures are shown.
 */
@NullMarked
package dev.perdure.bench.load;

import org.jspecify.annotations.NullMarked;
