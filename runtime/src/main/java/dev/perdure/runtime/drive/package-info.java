/**
 * Runs sagas: the author's code on virtual threads, what it does to the world, and what undoes it.
 * Entry types: {@link dev.perdure.runtime.drive.Drivers}, {@link
 * dev.perdure.runtime.drive.SagaDoor}.
 *
 * <p>Threading: a drive has a virtual thread of its own, and one for each branch and call; {@code
 * Writes} is where they meet. Invariants: nothing is attempted before its intent is recorded; only
 * the driver that the record names goes on; shards' loops never wait for a drive. Does not own: the
 * record ({@code saga}), wakes ({@code wake}).
 */
@NullMarked
package dev.perdure.runtime.drive;

import org.jspecify.annotations.NullMarked;
