/**
 * Values that are kept for when a dependency fails: {@link dev.perdure.guard.cache.StaleCache}.
 *
 * <p>Thread-safe. Invariants: bounded; a value of one tenant is never given to another; an older
 * version never replaces a newer one. Does not own: when a value is asked for.
 */
@NullMarked
package dev.perdure.guard.cache;

import org.jspecify.annotations.NullMarked;
