/** Experiments on real processes, power cuts, load. */
@NullMarked
package dev.perdure.lab;

import org.jspecify.annotations.NullMarked;
