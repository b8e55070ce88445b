/**
 * What nodes say of themselves: who leads, how far each replica is, what it holds. Entry types:
 * {@link dev.perdure.lab.cluster.view.ClusterView}, {@link
 * dev.perdure.lab.cluster.view.ClusterWatch}.
 *
 * <p>Threading: thread-safe. Invariant: a node that does not answer, or answers from an older term,
 * is not believed before one that does. Does not own: whether what they say is true; the histories
 * tell that.
 */
@NullMarked
package dev.perdure.lab.cluster.view;

import org.jspecify.annotations.NullMarked;
