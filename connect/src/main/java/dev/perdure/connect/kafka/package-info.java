/**
 * Events of entities as CloudEvents in topics of Kafka: none left out, in order for each entity.
 * Entry type: {@link dev.perdure.connect.kafka.KafkaOutbox}.
 *
 * <p>Threading: an outbox is called by one thread for each shard; each call has a producer of its
 * own while it lasts. Invariant: an event is sent only when all earlier ones of its entity are
 * acknowledged, or in one batch with them, which the broker takes as a whole. Does not own: topics
 * (whoever runs the broker), how events come (the runtime's subscriptions).
 */
@NullMarked
package dev.perdure.connect.kafka;

import org.jspecify.annotations.NullMarked;
