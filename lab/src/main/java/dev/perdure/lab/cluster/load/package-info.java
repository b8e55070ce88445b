/**
 * Clients of a bank that note all they asked and all they were told. Entry types: {@link
 * dev.perdure.lab.cluster.load.Load}, {@link dev.perdure.lab.cluster.load.History}.
 *
 * <p>Threading: each client is a thread; what they share is thread-safe. Invariants: an operation
 * is repeated under the same operation id until it is answered; one that was once perhaps executed
 * counts as that until an answer says more; a transfer whose withdrawal went through is always
 * brought to its end. Does not own: what answers are right.
 */
@NullMarked
package dev.perdure.lab.cluster.load;

import org.jspecify.annotations.NullMarked;
