/**
 * A client of a node or a cluster, for programs on Java 21 or later. Entry type: {@link
 * dev.perdure.client.PerdureClient}.
 *
 * <p>Threading: a client is thread-safe, its calls wait for their answer; everything else here is
 * immutable or guards itself. Invariants: a command has an operation id before it is sent the first
 * time and keeps it; what was rejected is never sent again; whatever may have been executed is not
 * said to have failed. Does not own: the node's code, of which nothing is seen here. What both
 * sides must agree on is the HTTP reference, and the hash that makes slots.
 */
@NullMarked
package dev.perdure.client;

import org.jspecify.annotations.NullMarked;
