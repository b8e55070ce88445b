/**
 * What the runtime knows of a service's types: names, JSON codecs, schema versions, fold
 * fingerprints. Entry type: {@link dev.perdure.runtime.type.TypeRegistry}.
 *
 * <p>Threading: immutable after construction. Invariants: stored data is read and written by stable
 * names only; a command's fingerprint does not depend on the order of its JSON fields nor on
 * today's classes. Does not own: when user code runs, what is stored where.
 */
@NullMarked
package dev.perdure.runtime.type;

import org.jspecify.annotations.NullMarked;
