/**
 * The {@code perdure} command. Entry type: {@link dev.perdure.cli.Main}; a class per command.
 *
 * <p>Threading: a command runs on the main thread. Invariants: only the classes of the command that
 * was asked for are loaded, so that {@code run} starts fast; results go to standard output, all
 * else to standard error; exit codes are those of {@link dev.perdure.cli.terminal.Exit}. Does not
 * own: what the commands do (server, lab, the ledger example).
 */
@NullMarked
package dev.perdure.cli;

import org.jspecify.annotations.NullMarked;
