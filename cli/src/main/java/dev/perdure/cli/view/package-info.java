/**
 * The command {@code view}. Entry type: {@link dev.perdure.cli.view.ViewCommand}.
 *
 * <p>Threading: the command's own thread. Does not own: what a node answers.
 */
@NullMarked
package dev.perdure.cli.view;

import org.jspecify.annotations.NullMarked;
