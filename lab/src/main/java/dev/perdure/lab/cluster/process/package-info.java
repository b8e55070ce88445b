/**
 * Nodes as processes, and what can be done to one: kill, freeze, a full disk, a wrong wall clock.
 * Entry types: {@link dev.perdure.lab.cluster.process.NodeProcess}, {@link
 * dev.perdure.lab.cluster.process.SmallDisk}, {@link dev.perdure.lab.cluster.process.WallClock}.
 *
 * <p>Threading: thread-safe. Invariants: only processes that were started here are signalled; a
 * process that was closed is never started again. Does not own: the command line of a node, its
 * network.
 */
@NullMarked
package dev.perdure.lab.cluster.process;

import org.jspecify.annotations.NullMarked;
