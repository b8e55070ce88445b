/**
 * Looks at a data directory that no node has open: verifies every checksum and every sum, and lists
 * journal entries. Entry types: {@link dev.perdure.runtime.inspect.Verification}, {@link
 * dev.perdure.runtime.inspect.JournalListing}.
 *
 * <p>Threading: one thread per call. Invariant: changes nothing. Does not own: repair.
 */
@NullMarked
package dev.perdure.runtime.inspect;

import org.jspecify.annotations.NullMarked;
