/**
 * How commands speak: exit codes, messages, tables or JSON. Entry type: {@link
 * dev.perdure.cli.terminal.Output}.
 *
 * <p>Threading: immutable values. Invariant: what programs read (JSON on standard output, exit
 * codes) does not depend on the terminal. Does not own: what is said.
 */
@NullMarked
package dev.perdure.cli.terminal;

import org.jspecify.annotations.NullMarked;
