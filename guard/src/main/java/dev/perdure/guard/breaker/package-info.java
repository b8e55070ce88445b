/**
 * Breakers: {@link dev.perdure.guard.breaker.Breaker} with its generations, the bounded state of
 * {@link dev.perdure.guard.breaker.Tenants}, and the {@link dev.perdure.guard.breaker.Vote} among
 * them.
 *
 * <p>Thread-safe without locks on the way of a call that succeeds. Time and chance are parameters.
 * Invariants: a result counts only in the generation in which its call began; exactly as many
 * probes as allowed are let through while half-open; state that is not closed is not evicted while
 * it matters. Does not own: what a failure is.
 */
@NullMarked
package dev.perdure.guard.breaker;

import org.jspecify.annotations.NullMarked;
