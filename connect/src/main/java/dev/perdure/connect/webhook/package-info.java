/**
 * Events of entities as requests to a URL: one POST for each, signed, none left out, in order for
 * each entity but for dead letters that are replayed. Entry type: {@link
 * dev.perdure.connect.webhook.WebhookOutbox}; for receivers {@link
 * dev.perdure.connect.webhook.WebhookSignature}.
 *
 * <p>Threading: an outbox is called by one thread for each shard, and a call sends one request at a
 * time. Invariants: an event is sent only when the receiver has taken all earlier ones of its
 * entity, or refused them for good; where it is sent is configuration, never what an event says;
 * nothing that is said of a webhook shows its secrets or its path. Does not own: how events come,
 * how often they are tried and when the receiver is left alone (the runtime's subscriptions and
 * guard).
 */
@NullMarked
package dev.perdure.connect.webhook;

import org.jspecify.annotations.NullMarked;
