/**
 * Tests of what services declare for the day on which something is missing, made from the
 * declarations. Entry type: {@link dev.perdure.testkit.degraded.DegradedForms}; whoever has a node
 * with an HTTP door brings it as a {@link dev.perdure.testkit.degraded.Door}.
 *
 * <p>Threading: the tests' own. Invariants: nothing outside is called, and no handler of the
 * service. Does not own: the forms themselves.
 */
@NullMarked
package dev.perdure.testkit.degraded;

import org.jspecify.annotations.NullMarked;
