/**
 * The commands {@code stream} and {@code subscription}. Entry types: {@link
 * dev.perdure.cli.stream.StreamCommand}, {@link dev.perdure.cli.stream.SubscriptionCommand}.
 *
 * <p>Threading: the command's own thread. Does not own: what a node answers.
 */
@NullMarked
package dev.perdure.cli.stream;

import org.jspecify.annotations.NullMarked;
