/**
 * Perdure itself as a target: the ledger example on a node in this process, or in one of its own
 * and reached over HTTP.
 *
 * <p>Entry types: {@link dev.perdure.bench.perdure.PerdureTarget}, {@link
 * dev.perdure.bench.perdure.PerdureProcess}. The node has the settings a user gets, snapshots and
 * purging of the log included.
 *
 * <p>Threading: callers wait for the answers of the node's shards. Does not own: the node's
 * directory.
 */
@NullMarked
package dev.perdure.bench.perdure;

import org.jspecify.annotations.NullMarked;
