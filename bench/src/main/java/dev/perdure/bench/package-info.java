/**
 * Repeatable figures, as ratios of one run.
 *
 * <p>Entry type: {@link dev.perdure.bench.EntitiesBench}, a command that also runs by itself. It
 * opens one {@link dev.perdure.bench.Contender} after the other, has the harness of {@code load}
 * measure it, measures the disk, and shows the result with {@code report}.
 *
 * <p>Threading: one target at a time, so that none takes processor time from another. Does not own:
 * what a target is; those are in {@code postgres}, {@code pekko} and {@code http}.
 */
@NullMarked
package dev.perdure.bench;

import org.jspecify.annotations.NullMarked;
