/**
 * Calls to the outside, and what the node does while something is missing: every call of a saga,
 * its compensations and a subscription's handler goes through {@link
 * dev.perdure.runtime.mode.Outside} and its guard; {@link dev.perdure.runtime.mode.Capabilities}
 * knows what services declared and which of it is degraded; {@link dev.perdure.runtime.mode.Modes}
 * says in which mode the node is.
 *
 * <p>Threading: thread-safe; one thread of its own looks at the state now and then. Invariants:
 * nothing is degraded in a form that was not declared; what was forced stays until it is released.
 * Does not own: what a saga does with an answer (package drive), and refusals at the door.
 */
@NullMarked
package dev.perdure.runtime.mode;

import org.jspecify.annotations.NullMarked;
