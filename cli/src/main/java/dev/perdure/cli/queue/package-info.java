/**
 * The command {@code queue}. Entry type: {@link dev.perdure.cli.queue.QueueCommand}.
 *
 * <p>Threading: the command's own thread. Does not own: what a node answers.
 */
@NullMarked
package dev.perdure.cli.queue;

import org.jspecify.annotations.NullMarked;
