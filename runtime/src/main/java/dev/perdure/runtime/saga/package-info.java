/**
 * The record of a saga: an entity of an internal kind, with its commands, events and state. Entry
 * type: {@link dev.perdure.runtime.saga.SagaEntity}.
 *
 * <p>Threading: immutable values and pure functions. Invariant: a state says all that a driver on
 * another node needs to go on. Does not own: running the author's code ({@code drive}), storage.
 */
@NullMarked
package dev.perdure.runtime.saga;

import org.jspecify.annotations.NullMarked;
