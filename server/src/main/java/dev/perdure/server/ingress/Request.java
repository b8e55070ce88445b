package dev.perdure.server.ingress;

import dev.perdure.server.http.Exchange;

/**
 * A request for something that is served, from somebody nobody has vouched for yet.
 *
 * @param target where it goes
 */
record Request(Exchange exchange, Route.Target target) {}
