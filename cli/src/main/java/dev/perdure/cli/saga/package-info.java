/**
 * {@code saga}: start sagas, look at them, and decide about parked ones. Entry type: {@link
 * dev.perdure.cli.saga.SagaCommand}.
 *
 * <p>Threading: the main thread. Invariant: what a node says is printed without control characters.
 * Does not own: what a saga is, how a node is reached.
 */
@NullMarked
package dev.perdure.cli.saga;

import org.jspecify.annotations.NullMarked;
