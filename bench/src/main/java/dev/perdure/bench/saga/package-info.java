/**
 * Transfers by sagas, measured: {@code ./perdure bench sagas}. Entry type: {@link
 * dev.perdure.bench.saga.SagasBench}.
 *
 * <p>Threading: as {@code load} has it. Invariant: after a run all money is where it was, or the
 * run fails. Does not own: how callers work and what they note ({@code load}).
 */
@NullMarked
package dev.perdure.bench.saga;

import org.jspecify.annotations.NullMarked;
