/**
 * Calls to what can fail. Entry type: {@link dev.perdure.guard.Guard}; a call goes through {@link
 * dev.perdure.guard.Dependency}.
 *
 * <p>In this order, outer to inner: fresh cache, stale value instead of a failure, total deadline,
 * retry or hedge within one budget, the tenant's breaker, the dependency's breaker by vote, rate,
 * concurrency, the attempt's time, the call.
 *
 * <p>Threading: everything is thread-safe; a call runs on its caller's thread unless the policy
 * says otherwise. Invariants: every attempt that is let through is settled and released exactly
 * once; a refusal of our own is never counted against the dependency and never retried. Does not
 * own: what clients do on the wire, and admission of requests that come in.
 */
@NullMarked
package dev.perdure.guard;

import org.jspecify.annotations.NullMarked;
