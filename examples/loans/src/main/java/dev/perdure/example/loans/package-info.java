/**
 * The loan applications of a bank, as a service: the application as an entity, each of its offers
 * as a saga, its work items on a queue. Entry type: {@link dev.perdure.example.loans.LoansService}.
 *
 * <p>Threading: everything is immutable. Invariants: an application has at most one outcome; an
 * offer goes through its statuses in their order, each once; a work item that was completed without
 * having been started is accepted, and counted. Does not own: storage, transport, retries, ids.
 */
@NullMarked
package dev.perdure.example.loans;

import org.jspecify.annotations.NullMarked;
