package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.server.config.Units;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /v1/queues/{queue}/…}: sending, leasing, and what workers say of what they leased. */
final class QueueHandler {

  private static final int PRIORITY_USUAL = 3;
  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

  private final Queues queues;
  private final Clock clock;
  private final Duration waitMax;

  QueueHandler(Queues queues, Clock clock, Duration waitMax) {
    this.queues = queues;
    this.clock = clock;
    this.waitMax = waitMax;
  }

  private static String queue(Admitted admitted) {
    return Percent.decode(admitted.request().target().type(), "the queue");
  }

  private static Queues.Id id(Admitted admitted) {
    String id = Percent.decode(admitted.request().target().id(), "the message");
    return new Queues.Id(admitted.tenant(), queue(admitted), id);
  }

  private static JsonNode given(Exchange exchange, String... fields) throws IOException {
    byte[] body = JsonBody.of(exchange);
    return JsonBody.object(body.length == 0 ? NOTHING : body, Set.of(fields));
  }

  /** {@code POST /v1/queues/{queue}/messages}. */
  void send(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    @Nullable String key = OperationId.of(exchange);
    exchange.operationId(key);
    JsonNode given = given(exchange, "body", "priority", "delay");
    JsonNode body = given.get("body");
    if (body == null) {
      throw invalid("field 'body' is missing: it is the message, any JSON");
    }
    @Nullable Duration delay = time(given, "delay");
    Queues.Sending message =
        new Queues.Sending(
            body.toString().getBytes(StandardCharsets.UTF_8),
            (int) number(given, "priority", PRIORITY_USUAL),
            delay == null ? Duration.ZERO : delay,
            key);
    Answer<Queues.Sent> sent =
        queues.send(new Queues.To(admitted.tenant(), queue(admitted)), message, admitted.context());
    switch (sent) {
      case Answer.Got<Queues.Sent> got -> {
        boolean existing = got.value().existing();
        if (existing) {
          exchange.header(Answers.REPLAYED);
        }
        exchange.send(existing ? 200 : 201, Exchange.JSON, QueueDocuments.sent(got.value()));
      }
      case Answer.Failed<Queues.Sent> failed ->
          exchange.send(Answers.problem(failed.problem()).withOperationId(key));
    }
  }

  /** {@code POST /v1/queues/{queue}/lease}. */
  void lease(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    JsonNode given = given(exchange, "max", "lease", "wait", "worker", "all_tenants");
    @Nullable Duration asked = time(given, "wait");
    Duration wait = asked == null ? Duration.ZERO : asked.compareTo(waitMax) > 0 ? waitMax : asked;
    Queues.Wanted wanted =
        new Queues.Wanted(
            queue(admitted),
            flag(given, "all_tenants") ? null : admitted.tenant(),
            (int) number(given, "max", 1),
            time(given, "lease"),
            text(given, "worker"),
            wait);
    long left = admitted.context().deadlineNs() - clock.monotonicNs();
    Admitted waiting = admitted.until(clock.monotonicNs() + wait.toNanos() + left);
    Answer<List<Queues.Leased>> leased = queues.lease(wanted, waiting.context());
    answer(exchange, leased, QueueDocuments::leased);
  }

  /** {@code GET /v1/queues/{queue}/messages/{id}}. */
  void get(Admitted admitted) {
    answer(
        admitted.request().exchange(),
        queues.get(id(admitted), admitted.context()),
        QueueDocuments::message);
  }

  /** {@code POST /v1/queues/{queue}/messages/{id}/{ack,nack,extend}}. */
  void said(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    Queues.Id id = id(admitted);
    String what = admitted.request().target().last();
    Answer<Queues.Message> answer =
        switch (what) {
          case "ack" -> {
            JsonNode given = given(exchange, "lease", "result");
            JsonNode result = given.get("result");
            yield queues.ack(
                held(id, given),
                result == null ? null : result.toString().getBytes(StandardCharsets.UTF_8),
                admitted.context());
          }
          case "nack" -> {
            JsonNode given = given(exchange, "lease", "delay", "reason", "dead");
            Queues.Return how =
                new Queues.Return(time(given, "delay"), text(given, "reason"), flag(given, "dead"));
            yield queues.nack(held(id, given), how, admitted.context());
          }
          case "extend" -> {
            JsonNode given = given(exchange, "lease", "time");
            yield queues.extend(held(id, given), time(given, "time"), admitted.context());
          }
          default ->
              throw new ProblemException(
                  ProblemCode.UNKNOWN_ROUTE,
                  "there is no answer '%s'; there is ack, nack, extend"
                      .formatted(Text.shown(what)));
        };
    answer(exchange, answer, QueueDocuments::message);
  }

  private static Queues.Held held(Queues.Id id, JsonNode given) {
    String token = text(given, "lease");
    if (token.isEmpty()) {
      throw invalid("field 'lease' is missing: it is the lease that came with the message");
    }
    return new Queues.Held(id, token);
  }

  static <T> void answer(Exchange exchange, Answer<T> answer, Function<T, byte[]> document) {
    switch (answer) {
      case Answer.Got<T> got -> exchange.send(200, Exchange.JSON, document.apply(got.value()));
      case Answer.Failed<T> failed -> exchange.send(problem(failed.problem()));
    }
  }

  static Problem problem(Outcome.Failed failed) {
    return Answers.problem(failed);
  }

  // ---- fields ----

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_BODY, detail);
  }

  private static boolean absent(@Nullable JsonNode value) {
    return value == null || value.isNull();
  }

  private static long number(JsonNode given, String name, long otherwise) {
    JsonNode value = given.get(name);
    if (absent(value)) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw invalid("field '" + name + "' must be a whole number");
    }
    return value.asInt();
  }

  private static boolean flag(JsonNode given, String name) {
    JsonNode value = given.get(name);
    if (absent(value)) {
      return false;
    }
    if (!value.isBoolean()) {
      throw invalid("field '" + name + "' must be true or false");
    }
    return value.asBoolean();
  }

  private static String text(JsonNode given, String name) {
    JsonNode value = given.get(name);
    if (absent(value)) {
      return "";
    }
    if (!value.isString() || value.asString().length() > Queues.TEXT_MAX) {
      throw invalid(
          "field '" + name + "' must be a text of at most " + Queues.TEXT_MAX + " characters");
    }
    return value.asString();
  }

  private static @Nullable Duration time(JsonNode given, String name) {
    JsonNode value = given.get(name);
    if (absent(value)) {
      return null;
    }
    @Nullable Duration time = value.isString() ? Units.duration(value.asString().strip()) : null;
    if (time == null) {
      throw invalid("field '" + name + "' must be " + Units.DURATION_FORM);
    }
    return time;
  }
}
