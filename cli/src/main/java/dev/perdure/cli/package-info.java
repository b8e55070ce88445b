/** The perdure command. */
@NullMarked
package dev.perdure.cli;

import org.jspecify.annotations.NullMarked;
