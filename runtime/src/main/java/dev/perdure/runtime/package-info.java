/**
 * Durable entities on one node: the door that takes commands and reads ({@link
 * dev.perdure.runtime.Entities}) and the node that opens it ({@link
 * dev.perdure.runtime.node.Node}).
 *
 * <p>The way of a command: {@code type} reads it, {@code shard} decides it, {@code journal} makes
 * it durable, {@code apply} stores it, and only then the caller gets an {@link
 * dev.perdure.runtime.Outcome}. Threading: the door is thread-safe and blocks its caller, which
 * should be a virtual thread. Does not own: HTTP, configuration files, consensus.
 */
@NullMarked
package dev.perdure.runtime;

import org.jspecify.annotations.NullMarked;
