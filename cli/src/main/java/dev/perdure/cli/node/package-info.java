/**
 * How a command reaches a node. Entry types: {@link dev.perdure.cli.node.ApiOptions}, {@link
 * dev.perdure.cli.node.AdminOptions}.
 *
 * <p>Threading: the main thread. Invariant: a node that cannot be reached ends the command with its
 * own exit code and says which address it was. Does not own: what is asked, how it is printed.
 */
@NullMarked
package dev.perdure.cli.node;

import org.jspecify.annotations.NullMarked;
