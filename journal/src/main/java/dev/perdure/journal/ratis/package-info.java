/**
 * The journal on Apache Ratis: one Raft server per node, one Raft group per shard, one peer per
 * group for now. Entry types: {@link dev.perdure.journal.ratis.RatisJournals}, which opens
 * journals, and {@link dev.perdure.journal.ratis.LogVerifier}, which reads their files without a
 * server.
 *
 * <p>Threading: Ratis owns the threads. An entry goes from the shard's loop to the log's writer
 * (one write, one force for all that waits), from there to the leader's event thread (commit) and
 * to the group's apply thread, which alone calls {@code Replica.apply}. Invariants: nothing is
 * handed to the replica before it was forced here; what was forced is either in the files or the
 * start refuses; only entries that nobody was answered for are ever cut. Does not own: the meaning
 * of entries, fencing, snapshots' contents, retries.
 */
@NullMarked
package dev.perdure.journal.ratis;

import org.jspecify.annotations.NullMarked;
