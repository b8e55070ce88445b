/**
 * {@code capabilities}: the node's mode, what it can do and what it depends on, and what operators
 * force. Entry type: {@link dev.perdure.cli.mode.CapabilitiesCommand}.
 *
 * <p>Threading: the main thread. Invariants: nothing is changed without a reason that the node
 * logs. Does not own: how a node is reached ({@code node}).
 */
@NullMarked
package dev.perdure.cli.mode;

import org.jspecify.annotations.NullMarked;
