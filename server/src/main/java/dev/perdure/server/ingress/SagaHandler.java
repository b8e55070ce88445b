package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /v1/sagas/{type}/{id}} and what is below it. */
final class SagaHandler {

  /** Characters of a reason that is recorded. */
  static final int REASON_LENGTH_MAX = 1_000;

  private static final byte[] NO_FIELDS = "{}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);
  private static final Pattern SIGNAL = Pattern.compile("[a-z][a-z0-9._-]{0,62}");

  private final SagaDoor door;
  private final Duration waitMax;

  SagaHandler(SagaDoor door, Duration waitMax) {
    this.door = door;
    this.waitMax = waitMax;
  }

  /** {@code PUT}: starts it. {@code GET}: where it stands. */
  void handle(Admitted admitted) throws IOException {
    EntityAddress saga = door.address(admitted);
    Exchange exchange = admitted.request().exchange();
    Duration wait = Preference.wait(exchange, waitMax);
    if (!exchange.method().equals("PUT")) {
      read(admitted, saga, wait);
      return;
    }
    byte[] body = JsonBody.of(exchange);
    SagaAnswer started = door.start(admitted, saga, body.length == 0 ? NO_FIELDS : body);
    SagaAnswers.changed(exchange, awaited(admitted, started, wait), saga.id());
  }

  private void read(Admitted admitted, EntityAddress saga, Duration wait) {
    Exchange exchange = admitted.request().exchange();
    SagaAnswer seen = awaited(admitted, door.get(admitted, saga), wait);
    if (seen instanceof SagaAnswer.Seen now
        && ReadHandler.unchanged(exchange, now.saga().version())) {
      exchange.header(Answers.etag(now.saga().version()));
      exchange.send(304);
      return;
    }
    SagaAnswers.read(exchange, seen);
  }

  /**
   * Waits for the end of what was seen to go on. What was recorded stays the answer if the waiting
   * fails.
   */
  private SagaAnswer awaited(Admitted admitted, SagaAnswer seen, Duration wait) {
    if (wait.isZero() || !(seen instanceof SagaAnswer.Seen first)) {
      return seen;
    }
    admitted.request().exchange().header(Preference.applied(wait));
    if (SagaAnswers.ended(first.saga())) {
      return seen;
    }
    admitted.pass().waits();
    return door.await(admitted, first.saga().address(), wait) instanceof SagaAnswer.Seen later
        ? new SagaAnswer.Seen(later.saga(), first.replayed())
        : seen;
  }

  /** {@code POST /v1/sagas/{type}/{id}/signals/{name}}. */
  void signal(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    @Nullable String operationId = OperationId.of(exchange);
    exchange.operationId(operationId);
    try {
      EntityAddress saga = door.address(admitted);
      String name = Percent.decode(admitted.request().target().last(), "the signal");
      if (!SIGNAL.matcher(name).matches()) {
        throw new ProblemException(
            ProblemCode.MALFORMED_REQUEST,
            "the signal is '%s'; 1 to 63 characters of a-z 0-9 - _ . are allowed, a letter first"
                .formatted(Text.shown(name)));
      }
      byte[] body = JsonBody.of(exchange);
      if (body.length > 0) {
        JsonBody.value(body);
      }
      Sagas.Signal signal = new Sagas.Signal(name, body.length == 0 ? NULL : body);
      SagaAnswers.changed(exchange, door.signal(admitted, saga, signal, operationId), operationId);
    } catch (ProblemException e) {
      exchange.send(Problem.of(e).withOperationId(operationId));
    }
  }

  /** {@code POST /v1/sagas/{type}/{id}/cancel}. */
  void cancel(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    EntityAddress saga = door.address(admitted);
    Duration wait = Preference.wait(exchange, waitMax);
    byte[] body = JsonBody.of(exchange);
    String given =
        body.length == 0 ? "" : reason(JsonBody.object(body, Set.of("reason")).path("reason"));
    String reason = given.isEmpty() ? "cancelled without a reason" : given;
    SagaAnswer cancelled = door.cancel(admitted, saga, reason);
    SagaAnswers.changed(exchange, awaited(admitted, cancelled, wait), null);
  }

  /**
   * A reason as it came; empty if there is none.
   *
   * @throws ProblemException {@code invalid-body}
   */
  static String reason(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return "";
    }
    String reason = given.isString() ? given.asString().strip() : "";
    if (!given.isString() || reason.length() > REASON_LENGTH_MAX) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY,
          "reason must be a text of at most " + REASON_LENGTH_MAX + " characters");
    }
    return reason;
  }
}
