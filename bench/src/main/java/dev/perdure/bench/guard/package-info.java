/**
 * What a guarded call costs when everything works, beside the libraries that people use for the
 * same. Entry type: {@link dev.perdure.bench.guard.GuardBench}.
 *
 * <p>Threading: JMH's. Does not own: what they do when something fails, which the tests of the
 * guard show.
 */
@NullMarked
package dev.perdure.bench.guard;

import org.jspecify.annotations.NullMarked;
