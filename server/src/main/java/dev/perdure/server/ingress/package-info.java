/**
 * The API's door: {@code Request → Authenticated → Admitted → EntityCommand}. Entry type: {@link
 * dev.perdure.server.ingress.Api}; for sagas on the admin port {@link
 * dev.perdure.server.ingress.SagaDesk}.
 *
 * <p>Only {@link dev.perdure.server.ingress.EntityDoor} holds the entities and {@link
 * dev.perdure.server.ingress.SagaDoor} the sagas, they take nothing but an {@link
 * dev.perdure.server.ingress.Admitted}, and that is made from nothing but an {@link
 * dev.perdure.server.ingress.Authenticated}: a request nobody vouched for cannot be submitted.
 * Threading: handlers run on the request's virtual thread and hold no state. Does not own: what a
 * command means, how bytes become requests.
 */
@NullMarked
package dev.perdure.server.ingress;

import org.jspecify.annotations.NullMarked;
