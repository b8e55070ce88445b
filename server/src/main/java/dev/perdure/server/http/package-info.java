/**
 * HTTP without any meaning: listeners on Helidon WebServer with every bound set, connections
 * watched for peers that do not get on, problems written as RFC 9457. Entry types: {@link
 * dev.perdure.server.http.HttpListener}, {@link dev.perdure.server.http.Exchange}.
 *
 * <p>Threading: one virtual thread per HTTP/1.1 connection or HTTP/2 stream runs the handler. A
 * sweeper closes connections whose deadline has passed; ownership of the socket's end is decided by
 * one compare-and-set. Invariant: no body ever holds a stack trace, a class name or a path of the
 * host. Does not own: routes, identity, entities.
 */
@NullMarked
package dev.perdure.server.http;

import org.jspecify.annotations.NullMarked;
