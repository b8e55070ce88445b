/**
 * What is allowed towards one dependency, as values: {@link dev.perdure.guard.policy.Policy} and
 * its parts, and the {@link dev.perdure.guard.policy.Reason} of every refusal.
 *
 * <p>Immutable; checked when made, so that the rest trusts them. Does not own: reading them from a
 * file, and any state.
 */
@NullMarked
package dev.perdure.guard.policy;

import org.jspecify.annotations.NullMarked;
