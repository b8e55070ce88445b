/**
 * Reads the log of a bank's loan applications (BPI Challenge 2012) and says what it holds. Entry
 * types: {@link dev.perdure.example.loans.log.LoanLog} for its cases, {@link
 * dev.perdure.example.loans.log.LogFigures} for its figures.
 *
 * <p>Threading: for one thread; rows and cases are immutable. Invariant: figures are counted from
 * the rows alone, by nothing that the service is made of, so that they can be held against it. Does
 * not own: what a node is told.
 */
@NullMarked
package dev.perdure.example.loans.log;

import org.jspecify.annotations.NullMarked;
