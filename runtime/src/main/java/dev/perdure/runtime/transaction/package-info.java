/**
 * The record of a transaction over several entities: an entity of an internal type, with its
 * commands, events and state. Entry type: {@link
 * dev.perdure.runtime.transaction.TransactionEntity}.
 *
 * <p>Threading: immutable values and pure functions. Invariant: of an attempt it says one thing for
 * ever, committed or over. Does not own: the course of an attempt ({@code transact}), what an
 * entity holds meanwhile ({@code shard}), storage.
 */
@NullMarked
package dev.perdure.runtime.transaction;

import org.jspecify.annotations.NullMarked;
