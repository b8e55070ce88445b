/**
 * {@code cluster}: what an operator does to a cluster as a whole. Entry type: {@link
 * dev.perdure.cli.cluster.ClusterCommand}, a class per subcommand.
 *
 * <p>Threading: a command runs on the main thread. Invariants of {@code cluster certs}: an
 * authority that is there is never written over; a private key is never readable by other users,
 * not for a moment; a file is there as a whole or as it was. Does not own: how nodes use
 * certificates (package {@code dev.perdure.journal.tls}).
 */
@NullMarked
package dev.perdure.cli.cluster;

import org.jspecify.annotations.NullMarked;
