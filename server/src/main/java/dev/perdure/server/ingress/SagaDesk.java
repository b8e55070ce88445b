package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.Choice;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.Sagas.SagaDecision;
import dev.perdure.runtime.Sagas.SagaPage;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import dev.perdure.server.http.Problem;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sagas on the admin port: which there are, and what people decide about parked ones. {@code GET
 * /admin/v1/sagas} and {@code POST /admin/v1/sagas/{type}/{id}/{decision}}.
 */
public final class SagaDesk implements HttpHandler {

  /** Where it begins. */
  public static final String PATH = Route.SAGAS.template();

  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 1_000;

  /** Unfinished sagas that one request looks at to find the parked ones. */
  private static final int LOOKED_AT_MAX = 10_000;

  private final SagaDoor door;
  private final Authenticated.Identity identity;
  private final Admitted.Admission admission;

  public SagaDesk(Sagas sagas, Clock clock, Api.Settings settings) {
    this.door = new SagaDoor(sagas, clock);
    this.identity = new Authenticated.Operator(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Route.@Nullable Target target = Route.findOnAdminPort(exchange.rawPath());
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET " + PATH + " and POST " + Route.SAGA_DECISION.template() + " are served");
    }
    exchange.route(target.route().template());
    if (!target.route().allows(exchange.method())) {
      Api.refuseMethod(exchange, target.route());
      return;
    }
    Admitted admitted = admission.admit(identity.authenticate(new Request(exchange, target)));
    if (target.route() == Route.SAGAS) {
      list(admitted);
    } else {
      decide(admitted);
    }
  }

  private enum Wanted {
    UNFINISHED,
    PARKED,
    ALL
  }

  private void list(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    Query query = new Query(exchange.rawQuery());
    String type = query.text("type");
    Wanted wanted = wanted(query.text("status"));
    int limit = (int) query.number("limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
    SagaDoor.Listing listing =
        new SagaDoor.Listing(
            type == null ? null : door.type(type),
            wanted != Wanted.ALL,
            query.text("after"),
            limit);
    SagaPage page =
        wanted == Wanted.PARKED ? parked(admitted, listing) : door.list(admitted, listing);
    exchange.send(200, Exchange.JSON, SagaDocuments.list(page.sagas(), page.next()));
  }

  /** The parked ones are few among the unfinished ones: looks until the page is full. */
  private SagaPage parked(Admitted admitted, SagaDoor.Listing listing) {
    List<SagaView> found = new ArrayList<>();
    int lookedAt = 0;
    String after = listing.after();
    do {
      // No more than are still wanted, so that nothing found has to be left for the next page.
      SagaPage page =
          door.list(
              admitted,
              new SagaDoor.Listing(listing.type(), true, after, listing.limit() - found.size()));
      page.sagas().stream()
          .filter(saga -> saga.status() == SagaView.Status.PARKED)
          .forEach(found::add);
      lookedAt += page.sagas().size();
      after = page.next();
    } while (after != null && found.size() < listing.limit() && lookedAt < LOOKED_AT_MAX);
    return new SagaPage(found, after);
  }

  private static Wanted wanted(@Nullable String status) {
    if (status == null) {
      return Wanted.UNFINISHED;
    }
    return Arrays.stream(Wanted.values())
        .filter(one -> SagaDocuments.name(one).equals(status))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemCode.MALFORMED_REQUEST,
                    "query parameter status must be unfinished, parked or all, not '"
                        + Text.shown(status)
                        + "'"));
  }

  private void decide(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    @Nullable String operationId = OperationId.of(exchange);
    exchange.operationId(operationId);
    try {
      SagaAnswers.decided(exchange, decided(admitted, operationId), operationId);
    } catch (ProblemException e) {
      exchange.send(Problem.of(e).withOperationId(operationId));
    }
  }

  private SagaAnswer decided(Admitted admitted, @Nullable String operationId) throws IOException {
    Exchange exchange = admitted.request().exchange();
    Choice choice = choice(admitted.request().target().last());
    EntityAddress saga = door.address(admitted);
    byte[] body = JsonBody.of(exchange);
    boolean provides = choice == Choice.PROVIDE;
    Set<String> fields = provides ? Set.of("reason", "result") : Set.of("reason");
    JsonNode given = JsonBody.object(body, fields);
    String reason = SagaHandler.reason(given.path("reason"));
    if (reason.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "a decision needs its reason, which is recorded");
    }
    if (provides && !given.has("result")) {
      throw new ProblemException(ProblemCode.INVALID_BODY, "there is no field 'result' to provide");
    }
    byte[] result =
        provides ? given.get("result").toString().getBytes(StandardCharsets.UTF_8) : null;
    return door.decide(
        admitted, saga, new SagaDecision(choice, result, reason, operationId, version(exchange)));
  }

  private static @Nullable Long version(Exchange exchange) {
    @Nullable String seen = exchange.header(HeaderNames.IF_MATCH);
    if (exchange.header(HeaderNames.IF_NONE_MATCH) != null) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "a decision is about a saga that is there: it takes If-Match, and no If-None-Match");
    }
    return seen == null ? null : Preconditions.version(seen, "header If-Match");
  }

  private static Choice choice(String name) {
    return Arrays.stream(Choice.values())
        .filter(one -> SagaDocuments.name(one).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemCode.UNKNOWN_ROUTE,
                    "there is no decision '%s'; there is %s"
                        .formatted(
                            Text.shown(name),
                            Arrays.stream(Choice.values())
                                .map(SagaDocuments::name)
                                .collect(Collectors.joining(", ")))));
  }
}
