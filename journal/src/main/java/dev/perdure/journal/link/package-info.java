/**
 * Questions from node to node, beside Raft's own traffic on the same port: forwarded requests,
 * copies of snapshots, the life of the cluster. Entry types: {@link
 * dev.perdure.journal.link.LinkClient} asks, {@link dev.perdure.journal.link.LinkHandler} answers.
 *
 * <p>Threading: thread-safe. Invariant: a message of another cluster is never handed over. Does not
 * own: what messages mean; Raft's messages.
 */
@NullMarked
package dev.perdure.journal.link;

import org.jspecify.annotations.NullMarked;
