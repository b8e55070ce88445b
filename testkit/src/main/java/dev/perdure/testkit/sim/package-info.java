/**
 * The deterministic simulator: production shards on simulated machines, disks, clocks and a
 * simulated replicated log, in one thread and virtual time. Entry types: {@link
 * dev.perdure.testkit.sim.Run}.
 *
 * <p>Threading: one run belongs to one thread. Invariant: everything follows from the seed; the
 * same seed gives the same trace. Does not own: what is right ({@code check}), what a service does
 * ({@code bank}, or a user's own).
 */
@NullMarked
package dev.perdure.testkit.sim;

import org.jspecify.annotations.NullMarked;
