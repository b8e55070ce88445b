package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.Subscriptions.Answer;
import dev.perdure.runtime.Subscriptions.To;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Subscriptions on the admin port: how far they got, and what people decide about them. {@code GET
 * /admin/v1/subscriptions}, {@code GET /admin/v1/subscriptions/{name}} and {@code POST
 * /admin/v1/subscriptions/{name}/{decision}}.
 */
public final class SubscriptionDesk implements HttpHandler {

  /** Where it begins. */
  public static final String PATH = Route.SUBSCRIPTIONS.template();

  private static final String DECISIONS = "pause, resume, rewind, replay, discard";

  private final Subscriptions subscriptions;
  private final Authenticated.Identity identity;
  private final Admitted.Admission admission;

  public SubscriptionDesk(Subscriptions subscriptions, Clock clock, Api.Settings settings) {
    this.subscriptions = subscriptions;
    this.identity = new Authenticated.Operator(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Route.@Nullable Target target = Route.findSubscription(exchange.rawPath());
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET %s, GET %s and POST %s are served"
              .formatted(
                  PATH, Route.SUBSCRIPTION.template(), Route.SUBSCRIPTION_DECISION.template()));
    }
    exchange.route(target.route().template());
    if (!target.route().allows(exchange.method())) {
      Api.refuseMethod(exchange, target.route());
      return;
    }
    Admitted admitted = admission.admit(identity.authenticate(new Request(exchange, target)));
    if (target.route() == Route.SUBSCRIPTIONS) {
      list(admitted);
    } else {
      String name = Percent.decode(target.id(), "the subscription");
      Answer answer =
          target.route() == Route.SUBSCRIPTION
              ? subscriptions.get(name, admitted.context())
              : decide(admitted, name, target.last());
      exchange.send(200, Exchange.JSON, StreamDocuments.subscription(seen(answer)));
    }
  }

  private static Subscriptions.View seen(Answer answer) {
    return switch (answer) {
      case Answer.Seen seen -> seen.subscription();
      case Answer.Failed failed ->
          throw new ProblemException(failed.problem().code(), failed.problem().detail());
    };
  }

  private void list(Admitted admitted) {
    List<Subscriptions.View> all = new ArrayList<>();
    for (String name : subscriptions.names()) {
      all.add(seen(subscriptions.get(name, admitted.context())));
    }
    admitted.request().exchange().send(200, Exchange.JSON, StreamDocuments.subscriptions(all));
  }

  private Answer decide(Admitted admitted, String name, String decision) throws IOException {
    byte[] body = JsonBody.of(admitted.request().exchange());
    return switch (decision) {
      case "pause" -> subscriptions.pause(name, needed(given(body, "reason")), admitted.context());
      case "resume" -> {
        given(body);
        yield subscriptions.resume(name, admitted.context());
      }
      case "rewind" -> {
        JsonNode given = given(body, "reason", "to", "time", "position");
        yield subscriptions.rewind(name, to(given), needed(given), admitted.context());
      }
      case "replay" ->
          subscriptions.replay(name, letter(given(body, "letter")), admitted.context());
      case "discard" -> {
        JsonNode given = given(body, "letter", "reason");
        yield subscriptions.discard(name, letter(given), needed(given), admitted.context());
      }
      default ->
          throw new ProblemException(
              ProblemCode.UNKNOWN_ROUTE,
              "there is no decision '%s'; there is %s".formatted(Text.shown(decision), DECISIONS));
    };
  }

  private static JsonNode given(byte[] body, String... fields) {
    return JsonBody.object(body, Set.of(fields));
  }

  private static String needed(JsonNode given) {
    String reason = SagaHandler.reason(given.path("reason"));
    if (reason.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "a decision needs its reason, which is recorded");
    }
    return reason;
  }

  /** Null for all of them, which has to be said. */
  private static @Nullable String letter(JsonNode given) {
    String letter = given.path("letter").asString("");
    if (letter.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "field 'letter' names a dead letter, or is \"all\"");
    }
    return letter.equals("all") ? null : letter;
  }

  private static To to(JsonNode given) {
    String time = given.path("time").asString("");
    String position = given.path("position").asString("");
    try {
      if (given.path("to").asString("").equals("beginning")) {
        return new To.Beginning();
      }
      if (!time.isEmpty()) {
        Instant at = Instant.parse(time);
        return new To.Time(at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000);
      }
      if (!position.isEmpty()) {
        return new To.Position(StreamPosition.of(position));
      }
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY,
          "'%s' is no %s"
              .formatted(
                  Text.shown(time.isEmpty() ? position : time),
                  time.isEmpty() ? "position of a stream" : "time such as 2026-03-01T08:00:00Z"));
    }
    throw new ProblemException(
        ProblemCode.INVALID_BODY,
        "one of \"to\": \"beginning\", \"time\" and \"position\" says where it is to go on");
  }
}
