/**
 * The service on Apache Pekko Persistence: one event-sourced actor for each account.
 *
 * <p>Entry type: {@link dev.perdure.bench.pekko.PekkoTarget}. Typed API, JDBC journal with the
 * plugin's own schema on a PostgreSQL server of our own, events as CBOR by the Jackson serializer,
 * all as Pekko's documentation recommends. What makes it fast is in its favour and stays: all
 * actors live in one process without sharding, they are in memory before anything is measured, and
 * the journal writes the events of many actors in one transaction.
 *
 * <p>Threading: actors run on Pekko's dispatcher; callers wait for the answer of an ask.
 *
 * <p>Does not own: the PostgreSQL server's life cycle beyond opening and closing it.
 */
@NullMarked
package dev.perdure.bench.pekko;

import org.jspecify.annotations.NullMarked;
