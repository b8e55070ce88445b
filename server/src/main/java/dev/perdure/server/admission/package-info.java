/**
 * Whether a request is taken, before its body is read: the tenant's quota, then the node's limit
 * with its shares for priorities and tenants. Entry type: {@link
 * dev.perdure.server.admission.Gate}.
 *
 * <p>Threading: thread-safe, nobody ever waits. Time is a parameter. Invariants: what was let in
 * leaves exactly once; memory is bounded by the number of tenants that are known at once, and one
 * more tenant shares what the others beyond the bound have: nothing fails open. Does not own: who
 * the tenant is, deadlines, what waits for a shard.
 */
@NullMarked
package dev.perdure.server.admission;

import org.jspecify.annotations.NullMarked;
