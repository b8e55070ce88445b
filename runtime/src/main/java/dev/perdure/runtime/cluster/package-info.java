/**
 * What makes nodes a cluster: the replicated map of nodes and shards, the routing of requests to
 * leaders, copies of snapshots, and what keeps each shard's members as the map wants them. Entry
 * types: {@link dev.perdure.runtime.cluster.ClusterMap}, {@link
 * dev.perdure.runtime.cluster.Router}.
 *
 * <p>Threading: thread-safe. Invariant: the map says what is wanted, a shard's own log what is; the
 * first is changed by commands, the second by its leader. Does not own: consensus, connections,
 * what a shard does.
 */
@NullMarked
package dev.perdure.runtime.cluster;

import org.jspecify.annotations.NullMarked;
