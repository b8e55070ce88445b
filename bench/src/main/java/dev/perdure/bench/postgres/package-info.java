/**
 * A private PostgreSQL server, and the service a team would write on it by hand.
 *
 * <p>Entry types: {@link dev.perdure.bench.postgres.PostgresServer}, {@link
 * dev.perdure.bench.postgres.PostgresTarget}. The server has a directory and a port of its own,
 * listens on the loopback interface alone, runs with the settings initdb writes (fsync and
 * synchronous_commit on) and is deleted when it is closed.
 *
 * <p>Threading: the server is started and stopped by one thread; the target is called by many.
 *
 * <p>Does not own: a PostgreSQL installation. Where there is none, the server is unavailable, with
 * the reason.
 */
@NullMarked
package dev.perdure.bench.postgres;

import org.jspecify.annotations.NullMarked;
