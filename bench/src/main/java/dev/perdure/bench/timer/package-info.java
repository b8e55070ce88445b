/**
 * Pending timers, measured: {@code ./perdure bench timers}. Entry type: {@link
 * dev.perdure.bench.timer.TimersBench}.
 *
 * <p>Threading: one thread asks, commands are answered by the node's. Invariant: no timer is early
 * and none is lost, or the run fails. Does not own: timers themselves ({@code runtime}).
 */
@NullMarked
package dev.perdure.bench.timer;

import org.jspecify.annotations.NullMarked;
