/**
 * Load over HTTP/1.1 on keep-alive connections, made to cost as little as it can: it shares the
 * machine with the service it measures.
 *
 * <p>Entry types: {@link dev.perdure.bench.http.HttpTarget} for the comparison, {@link
 * dev.perdure.bench.http.HttpLoad} as a program of its own against a running node.
 *
 * <p>Threading: all connections of a load are served by one thread with a selector; a connection
 * has one request outstanding. Invariants: only addresses of the loopback interface are accepted; a
 * response is complete before the next request of its connection is written.
 *
 * <p>Does not own: the service behind the address.
 */
@NullMarked
package dev.perdure.bench.http;

import org.jspecify.annotations.NullMarked;
