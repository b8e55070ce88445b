/** The only door to the outside world: clock, randomness, checks, limits, errors. */
@NullMarked
package dev.perdure.kernel;

import org.jspecify.annotations.NullMarked;
