/** The simulator and the checkers of histories. */
@NullMarked
package dev.perdure.testkit;

import org.jspecify.annotations.NullMarked;
