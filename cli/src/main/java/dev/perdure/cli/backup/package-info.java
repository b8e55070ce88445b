/**
 * {@code backup} and {@code restore}. Entry types: {@link dev.perdure.cli.backup.BackupCommand} and
 * {@link dev.perdure.cli.backup.RestoreCommand}.
 *
 * <p>Threading: the main thread. Invariants: only {@code create} needs a running node; what does
 * not hold ends with its own exit code. Does not own: how backups are made, read and restored.
 */
@NullMarked
package dev.perdure.cli.backup;

import org.jspecify.annotations.NullMarked;
