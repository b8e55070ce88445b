/**
 * Talks to a node over HTTP the way every caller should: each command under an operation id of the
 * caller's own, repeated under the same id until the outcome is known. Entry types: {@link
 * dev.perdure.example.ledger.http.NodeClient} for one request, {@link
 * dev.perdure.example.ledger.http.Delivery} for what must arrive.
 *
 * <p>Threading: thread-safe. Invariants: a command is never given up while its outcome is unknown,
 * before the patience ends; commands of one entity handed over together are never reordered. Does
 * not own: what is sent.
 */
@NullMarked
package dev.perdure.example.ledger.http;

import org.jspecify.annotations.NullMarked;
