/**
 * A network of our own: one namespace for each node, all on one bridge in a namespace of its own,
 * and the load on the same bridge. Between any two of them packets can be made to vanish, in one
 * direction or in both. Entry types: {@link dev.perdure.lab.cluster.net.Network}, {@link
 * dev.perdure.lab.cluster.net.Partitions}.
 *
 * <p>Threading: thread-safe. Invariants: nothing of it is routed anywhere else; a cut is silent
 * (nobody gets an error, as on a broken link); what a killed lab left is removed when the next one
 * starts. Needs root and {@code ip} of iproute2, and neither netem nor a packet filter. Does not
 * own: the processes in the namespaces, beyond ending those of a killed lab.
 */
@NullMarked
package dev.perdure.lab.cluster.net;

import org.jspecify.annotations.NullMarked;
