/**
 * Databases and brokers of others as real processes, to be killed and started again. Entry types:
 * {@link dev.perdure.lab.outside.PostgresServer}, {@link dev.perdure.lab.outside.KafkaBroker}.
 *
 * <p>Threading: one thread drives a process; {@code close} may come from another. Invariants: data,
 * port and address stay the same from one start to the next; nothing listens beyond loopback, but
 * for what runs at a place of its own in a network of the lab; what was started ends with this
 * process. Does not own: what is done with them, nor their programs: PostgreSQL is the system's,
 * Kafka's jars are on the caller's class path.
 */
@NullMarked
package dev.perdure.lab.outside;

import org.jspecify.annotations.NullMarked;
