/**
 * Time limits of calls that run on their caller's thread: {@link dev.perdure.guard.watch.Watchdog}.
 *
 * <p>One daemon thread for all. Invariant: an interrupt is sent only while the call runs, and is
 * taken back before the caller goes on. Does not own: what a time-out means.
 */
@NullMarked
package dev.perdure.guard.watch;

import org.jspecify.annotations.NullMarked;
