/**
 * Where rows live: an ordered key-value store without a log of its own (the journal is its log),
 * and its snapshots. Entry types: {@link dev.perdure.runtime.store.StateStore}, {@link
 * dev.perdure.runtime.store.RocksStateStore}.
 *
 * <p>Threading: one writer, any number of readers; snapshots on a thread of their own. Invariants:
 * a batch is stored whole or not at all; what a crash leaves is the state after some batch. Does
 * not own: what keys and values mean.
 */
@NullMarked
package dev.perdure.runtime.store;

import org.jspecify.annotations.NullMarked;
