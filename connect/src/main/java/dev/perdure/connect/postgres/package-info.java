/**
 * Events of entities in tables of PostgreSQL, each exactly once. Entry types: {@link
 * dev.perdure.connect.postgres.PostgresProjection}, {@link
 * dev.perdure.connect.postgres.Generations}.
 *
 * <p>Threading: everything public is thread-safe; a projection is called by one thread for each
 * shard. Invariants: what a batch changes and how far it got are in one transaction; an event is
 * applied directly behind the one before it of its entity, or not at all. Does not own: what the
 * tables are (the author's migrations), how events come (the runtime's subscriptions).
 */
@NullMarked
package dev.perdure.connect.postgres;

import org.jspecify.annotations.NullMarked;
