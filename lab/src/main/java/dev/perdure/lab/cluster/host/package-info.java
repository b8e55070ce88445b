/**
 * What the lab does to the machine it runs on: commands of the system, and whose the things are
 * that it makes. Entry types: {@link dev.perdure.lab.cluster.host.Shell}, {@link
 * dev.perdure.lab.cluster.host.Owner}.
 *
 * <p>Threading: thread-safe. Invariants: every name that the lab gives to something of the machine
 * begins with its owner, so that what a killed owner left can be told from what is in use; no
 * command runs without a deadline. Does not own: what the commands are for.
 */
@NullMarked
package dev.perdure.lab.cluster.host;

import org.jspecify.annotations.NullMarked;
