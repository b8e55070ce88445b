package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is said about a saga, as responses. */
final class SagaAnswers {

  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  private SagaAnswers() {}

  /** Sends where a saga stands: always 200. */
  static void read(Exchange exchange, SagaAnswer answer) {
    send(exchange, answer, new Manner(false, null));
  }

  /**
   * Sends what a decision led to, as it is now: 200.
   *
   * @param operationId the caller's; null if there is none
   */
  static void decided(Exchange exchange, SagaAnswer answer, @Nullable String operationId) {
    if (answer instanceof SagaAnswer.Seen seen && seen.replayed()) {
      exchange.header(Answers.REPLAYED);
    }
    send(exchange, answer, new Manner(false, operationId));
  }

  /**
   * Sends what a request led to: 200 if the saga has ended, else 202 with where to look.
   *
   * @param operationId the caller's; null if there is none
   */
  static void changed(Exchange exchange, SagaAnswer answer, @Nullable String operationId) {
    send(exchange, answer, new Manner(true, operationId));
  }

  private record Manner(boolean change, @Nullable String operationId) {}

  private static void send(Exchange exchange, SagaAnswer answer, Manner manner) {
    switch (answer) {
      case SagaAnswer.Seen seen -> seen(exchange, seen, manner.change());
      case SagaAnswer.Refused refused ->
          exchange.send(problem(refused).withOperationId(manner.operationId()));
      case SagaAnswer.Failed failed ->
          exchange.send(Answers.problem(failed.problem()).withOperationId(manner.operationId()));
    }
  }

  private static void seen(Exchange exchange, SagaAnswer.Seen seen, boolean change) {
    SagaView saga = seen.saga();
    exchange.header(Answers.etag(saga.version()));
    exchange.header(NO_STORE);
    if (change && seen.replayed()) {
      exchange.header(Answers.REPLAYED);
    }
    boolean accepted = change && !ended(saga);
    if (accepted) {
      exchange.header(HeaderValues.create(HeaderNames.LOCATION, path(saga)));
    }
    exchange.send(accepted ? 202 : 200, Exchange.JSON, SagaDocuments.saga(saga));
  }

  static boolean ended(SagaView saga) {
    return switch (saga.status()) {
      case COMPLETED, COMPENSATED -> true;
      case RUNNING, COMPENSATING, PARKED -> false;
    };
  }

  private static String path(SagaView saga) {
    return "/v1/sagas/" + segment(saga.address().type()) + "/" + segment(saga.address().id());
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A refusal by the saga's state. */
  private static Problem problem(SagaAnswer.Refused refused) {
    return Arrays.stream(ProblemCode.values())
        .filter(code -> code.code().equals(refused.code()))
        .findFirst()
        .map(code -> Problem.of(code, refused.detail()))
        .orElseGet(() -> Problem.rejection(refused.code(), refused.detail(), -1));
  }
}
