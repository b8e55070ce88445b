/**
 * Backup and restore: repositories of backups, and how they are made, verified and turned into a
 * data directory again. Entry types: {@link dev.perdure.runtime.backup.Backups} on a node, {@link
 * dev.perdure.runtime.backup.Repository} for tools.
 *
 * <p>Threading: one backup at a time on a thread of its own; the rest belongs to its caller.
 * Invariants: content is named by its SHA-256 and never changes; a manifest appears last, as a
 * whole; no path is ever made of anything that a manifest says. Does not own: how a shard is copied
 * while it works, and how nodes talk.
 */
@NullMarked
package dev.perdure.runtime.backup;

import org.jspecify.annotations.NullMarked;
