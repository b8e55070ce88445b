/**
 * One node as a process: {@link dev.perdure.server.Perdure#start} opens the core, the API and the
 * admin listener, and closes them in the order in which nothing taken is lost.
 *
 * <p>A request's way: {@code http} (bytes become a request, limits, timeouts), {@code ingress}
 * (request, authenticated, admitted, entity command), the core, and back. {@code admin} answers
 * operators, {@code telemetry} counts and logs, {@code config} declares every key. Threading: the
 * handle is thread-safe. Does not own: what a command does, what is stored.
 */
@NullMarked
package dev.perdure.server;

import org.jspecify.annotations.NullMarked;
