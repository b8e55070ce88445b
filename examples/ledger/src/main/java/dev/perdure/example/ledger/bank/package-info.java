/**
 * A bank's file of transactions and the bank's own figures in it, the oracle for what the ledger
 * makes of them. Entry types: {@link dev.perdure.example.ledger.bank.BankFile} reads, {@link
 * dev.perdure.example.ledger.bank.BankFigures} adds up, {@link
 * dev.perdure.example.ledger.bank.Reconciliation} compares.
 *
 * <p>Threading: one thread at a time. Invariants: money is a whole number of haléř and is never
 * rounded; a row that cannot be read is reported with line, column and value, never guessed. Does
 * not own: the network.
 */
@NullMarked
package dev.perdure.example.ledger.bank;

import org.jspecify.annotations.NullMarked;
