package dev.perdure.server.ingress;

import dev.perdure.api.Queue;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.Queues.DeadPage;
import dev.perdure.runtime.Queues.DeadQuery;
import dev.perdure.runtime.Queues.Message;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Queues on the admin port: what they hold, and what people decide about dead letters. {@code GET
 * /admin/v1/queues}, {@code …/{queue}}, {@code …/{queue}/dead} and {@code POST …/{queue}/replay} and
 * {@code discard}. What is counted and listed is that of the shards that this node leads.
 */
public final class QueueDesk implements HttpHandler {

  /** Where it begins. */
  public static final String PATH = Route.QUEUES.template();

  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;
  private static final String ALL = "all";

  private final Queues queues;
  private final Clock clock;
  private final Authenticated.Identity identity;
  private final Admitted.Admission admission;

  public QueueDesk(Queues queues, Clock clock, Api.Settings settings) {
    this.queues = queues;
    this.clock = clock;
    this.identity = new Authenticated.Operator(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Route.@Nullable Target target = Route.findQueue(exchange.rawPath(), exchange.method());
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET %s, GET %s, GET %s and POST %s are served"
              .formatted(
                  PATH,
                  Route.QUEUE.template(),
                  Route.QUEUE_DEAD.template(),
                  Route.QUEUE_DECISION.template()));
    }
    exchange.route(target.route().template());
    if (!target.route().allows(exchange.method())) {
      Api.refuseMethod(exchange, target.route());
      return;
    }
    Admitted admitted = admission.admit(identity.authenticate(new Request(exchange, target)));
    switch (target.route()) {
      case QUEUES ->
          exchange.send(
              200, Exchange.JSON, QueueDocuments.queues(queues.all(), queues.figures()));
      case QUEUE ->
          exchange.send(
              200, Exchange.JSON, QueueDocuments.queue(queue(admitted), queues.figures()));
      case QUEUE_DEAD -> dead(admitted);
      default -> decide(admitted);
    }
  }

  private Queue queue(Admitted admitted) {
    String name = Percent.decode(admitted.request().target().type(), "the queue");
    return queues.all().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemCode.UNKNOWN_QUEUE, "there is no queue '" + Text.shown(name) + "'"));
  }

  private void dead(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    Query query = new Query(exchange.rawQuery());
    boolean every = "true".equals(query.text("all_tenants"));
    DeadQuery wanted =
        new DeadQuery(
            queue(admitted).name(),
            every ? null : admitted.tenant(),
            query.text("after"),
            (int) query.number("limit", 1, LIMIT_MAX, LIMIT_DEFAULT));
    QueueHandler.answer(
        exchange, queues.dead(wanted, admitted.context()), QueueDocuments::dead);
  }

  private void decide(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    String decision = admitted.request().target().last();
    if (!decision.equals("replay") && !decision.equals("discard")) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "there is no decision '%s'; there is replay, discard".formatted(Text.shown(decision)));
    }
    Queue queue = queue(admitted);
    JsonNode given = JsonBody.object(JsonBody.of(exchange), Set.of("message", "reason"));
    String reason = SagaHandler.reason(given.path("reason"));
    if (reason.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "a decision needs its reason, which is recorded");
    }
    String message = given.path("message").asString("");
    if (message.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "field 'message' names a dead letter, or is \"all\"");
    }
    Deciding deciding = new Deciding(admitted, decision.equals("replay"), reason);
    if (message.equals(ALL)) {
      all(deciding, queue);
    } else {
      Queues.Id id = new Queues.Id(admitted.tenant(), queue.name(), message);
      QueueHandler.answer(exchange, one(deciding, id), QueueDocuments::message);
    }
  }

  /** What is decided, and by whom. */
  private record Deciding(Admitted admitted, boolean replay, String reason) {}

  private Answer<Message> one(Deciding deciding, Queues.Id id) {
    return deciding.replay
        ? queues.replay(id, deciding.reason, deciding.admitted.context())
        : queues.discard(id, deciding.reason, deciding.admitted.context());
  }

  /** All of the tenant here, as far as the time of the request reaches. */
  private void all(Deciding deciding, Queue queue) {
    Admitted admitted = deciding.admitted;
    Exchange exchange = admitted.request().exchange();
    String after = null;
    int decided = 0;
    do {
      DeadQuery wanted = new DeadQuery(queue.name(), admitted.tenant(), after, LIMIT_DEFAULT);
      switch (queues.dead(wanted, admitted.context())) {
        case Answer.Failed<DeadPage> failed -> {
          exchange.send(Answers.problem(failed.problem()));
          return;
        }
        case Answer.Got<DeadPage> got -> {
          for (Message message : got.value().messages()) {
            decided += one(deciding, message.id()) instanceof Answer.Got<Message> ? 1 : 0;
          }
          after = got.value().next();
        }
      }
    } while (after != null && clock.monotonicNs() < admitted.context().deadlineNs());
    exchange.send(200, Exchange.JSON, QueueDocuments.decided(decided, after != null));
  }
}
