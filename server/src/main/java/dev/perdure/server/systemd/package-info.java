/**
 * What a node tells systemd, by the protocol of {@code sd_notify}: that it is ready, what it is
 * about, that it stops, and that its shards still work. Entry type: {@link
 * dev.perdure.server.systemd.Supervisor}.
 *
 * <p>Threading: one thread that looks a few times a second. Invariant: what is told is what {@code
 * /readyz} says; a node whose shard loops stand still feeds no watchdog. Does not own: what a node
 * does.
 */
@NullMarked
package dev.perdure.server.systemd;

import org.jspecify.annotations.NullMarked;
