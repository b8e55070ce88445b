/**
 * The only door to the outside world for the modules above: time, randomness, checks, errors, and
 * the byte formats that everything stored is made of. Entry types: {@link
 * dev.perdure.kernel.Clock}, {@link dev.perdure.kernel.Check}, {@link
 * dev.perdure.kernel.ByteWriter}.
 *
 * <p>Threading: stated per type; values are immutable. Invariant: depends on nothing but the JDK.
 * Does not own: any state, thread or file.
 */
@NullMarked
package dev.perdure.kernel;

import org.jspecify.annotations.NullMarked;
