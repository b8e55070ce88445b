/**
 * {@code loans}: the commands of the loans example. Entry type: {@link
 * dev.perdure.cli.loans.LoansCommand}.
 *
 * <p>Threading: one command runs at a time, on the main thread. Does not own: the replay and its
 * checks, which are the example's.
 */
@NullMarked
package dev.perdure.cli.loans;

import org.jspecify.annotations.NullMarked;
