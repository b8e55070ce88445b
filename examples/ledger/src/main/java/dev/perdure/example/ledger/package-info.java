/**
 * A bank ledger: the service that Perdure brings along, and the example to learn from. Entry type:
 * {@link dev.perdure.example.ledger.LedgerService}; the rules are in {@link
 * dev.perdure.example.ledger.Account}, how money moves between accounts is in {@link
 * dev.perdure.example.ledger.Transfer}.
 *
 * <p>Threading: everything is immutable. Invariants: a balance is within ±{@link
 * dev.perdure.example.ledger.Money#MAX} minor units and never below the account's overdraft limit;
 * an account has one currency for life; a transfer that has ended has moved the whole amount or
 * nothing. Does not own: the fraud check and the notification themselves, reading of bank files
 * ({@code dev.perdure.example.ledger.bank}).
 */
@NullMarked
package dev.perdure.example.ledger;

import org.jspecify.annotations.NullMarked;
