/**
 * Guarded databases: {@link dev.perdure.guard.jdbc.GuardedDataSource}.
 *
 * <p>Thread-safe as far as the driver is. Does not own: connections, pools, transactions.
 */
@NullMarked
package dev.perdure.guard.jdbc;

import org.jspecify.annotations.NullMarked;
