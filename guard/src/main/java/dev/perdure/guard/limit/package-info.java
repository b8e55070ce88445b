/**
 * Limits of the caller's own making: the rate ({@link dev.perdure.guard.limit.Gcra}), the calls
 * under way ({@link dev.perdure.guard.limit.CallsUnderWay}) and the retries ({@link
 * dev.perdure.guard.limit.RetryBudget}).
 *
 * <p>Thread-safe, never waiting. Time is a parameter. Invariant: reloading changes limits, not what
 * is counted. Does not own: who is refused first among tenants.
 */
@NullMarked
package dev.perdure.guard.limit;

import org.jspecify.annotations.NullMarked;
