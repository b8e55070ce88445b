/**
 * The ledger with its accounts in tables of PostgreSQL and its events in a topic of Kafka: an
 * example to copy from. Entry types: {@link dev.perdure.example.reporting.ReportingService}, {@link
 * dev.perdure.example.reporting.Main}.
 *
 * <p>Threading: everything is immutable or thread-safe. Invariant: a row of an account is the fold
 * of its events. Does not own: the accounts, which are the ledger's; database and brokers.
 */
@NullMarked
package dev.perdure.example.reporting;

import org.jspecify.annotations.NullMarked;
