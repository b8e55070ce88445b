package dev.perdure.server.ingress;

import dev.perdure.runtime.Outcome;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import org.jspecify.annotations.Nullable;

/** Outcomes as responses. */
final class Answers {

  static final Header REPLAYED =
      HeaderValues.createCached(HeaderNames.create("Idempotency-Replayed"), "true");

  private Answers() {}

  /**
   * Sends an outcome.
   *
   * @param operationId the caller's; null if there is none
   */
  static void send(Exchange exchange, Outcome outcome, @Nullable String operationId) {
    switch (outcome) {
      case Outcome.Done done -> {
        exchange.header(etag(done.version()));
        if (done.replayed()) {
          exchange.header(REPLAYED);
        }
        exchange.send(200, Exchange.JSON, done.body());
      }
      case Outcome.Rejected rejected -> {
        exchange.header(etag(rejected.version()));
        if (rejected.replayed()) {
          exchange.header(REPLAYED);
        }
        exchange.send(problem(rejected).withOperationId(operationId));
      }
      case Outcome.Failed failed -> {
        if (failed.version() >= 0) {
          exchange.header(etag(failed.version()));
        }
        exchange.send(problem(failed).withOperationId(operationId));
      }
    }
  }

  static Problem problem(Outcome.Rejected rejected) {
    return Problem.rejection(rejected.code(), rejected.detail(), rejected.version());
  }

  static Problem problem(Outcome.Failed failed) {
    return Problem.of(failed.code(), failed.detail())
        .withVersion(failed.version())
        .withRetryAfterMs(failed.retryAfterMs());
  }

  static Header etag(long version) {
    return HeaderValues.create(HeaderNames.ETAG, "\"" + version + "\"");
  }
}
