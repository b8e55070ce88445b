/**
 * The service that Perdure's own simulation runs: accounts in two versions of their code, and
 * clients that move money between them. Entry type: {@link dev.perdure.testkit.bank.BankWorkload}.
 *
 * <p>Threading: one thread. Invariant: both versions behave alike, the newer one knows more. Does
 * not own: how faults come about.
 */
@NullMarked
package dev.perdure.testkit.bank;

import org.jspecify.annotations.NullMarked;
