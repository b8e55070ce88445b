/**
 * What a service author writes against: pure deciders ({@link dev.perdure.api.Entity}), processes
 * over them and the world outside ({@link dev.perdure.api.Saga}), what is told of their events
 * ({@link dev.perdure.api.Subscription}, {@link dev.perdure.api.Reaction}), read models over their
 * states ({@link dev.perdure.api.View}), and the service that lists them ({@link
 * dev.perdure.api.Service}). Entry types: {@code Entity}, {@code Saga}.
 *
 * <p>Threading: the runtime calls an entity from one thread at a time per shard; an entity object
 * holds no state of its own, so it needs no synchronisation; a saga object is called by many
 * threads at once. Invariant: nothing here performs I/O or depends on anything but the JDK. Does
 * not own: storage, JSON, HTTP.
 */
@NullMarked
package dev.perdure.api;

import org.jspecify.annotations.NullMarked;
