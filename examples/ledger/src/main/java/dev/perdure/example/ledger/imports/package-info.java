/**
 * {@code ledger import} and {@code ledger verify}: a bank's file through a node's HTTP API and
 * back. Entry types: {@link dev.perdure.example.ledger.imports.LedgerCommand} for a command line,
 * {@link dev.perdure.example.ledger.imports.Importer} for a program.
 *
 * <p>Threading: one thread reads the file; rows are dealt to lanes by account, and each lane is one
 * virtual thread, so that an account's rows keep their order. Invariants: a row is sent under the
 * bank's own transaction id as operation id, so that it takes effect once however often it is sent;
 * rows that stand in an account's history already are not sent again, so that this holds beyond the
 * retention of operation ids too. Memory is bounded by the number of accounts, not of rows in
 * flight. Does not own: the rules of an account, the reading of the file.
 */
@NullMarked
package dev.perdure.example.ledger.imports;

import org.jspecify.annotations.NullMarked;
