/**
 * {@code proof overload}: asks more of a node than it can do, and sees who is served. Entry type:
 * {@link dev.perdure.cli.overload.OverloadCommand}.
 *
 * <p>Threading: one thread is all callers; it never waits for an answer before it asks again.
 * Invariant: a request counts from the time at which it was due, not from when it could be sent.
 * Does not own: how a node is started, what it admits.
 */
@NullMarked
package dev.perdure.cli.overload;

import org.jspecify.annotations.NullMarked;
