/** Repeatable figures, as ratios of one run. */
@NullMarked
package dev.perdure.bench;

import org.jspecify.annotations.NullMarked;
