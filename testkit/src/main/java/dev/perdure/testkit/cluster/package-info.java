/**
 * The simulator of whole clusters: production shards, the cluster's map with its rules and its
 * plan, on simulated machines that talk over a simulated network and agree by a model of Raft.
 * Entry type: {@link dev.perdure.testkit.cluster.ClusterRun}.
 *
 * <p>Threading: one run belongs to one thread. Invariant: everything follows from the seed; the
 * same seed gives the same trace. Does not own: what one shard does under crashes in the middle of
 * a step ({@code sim}), what is right ({@code check}), Ratis and RocksDB themselves.
 */
@NullMarked
package dev.perdure.testkit.cluster;

import org.jspecify.annotations.NullMarked;
