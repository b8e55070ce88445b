package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The node's mode and its capabilities on the admin port, and what operators force. {@code GET
 * /admin/v1/mode}, {@code POST /admin/v1/mode/{decision}} and {@code POST
 * /admin/v1/mode/capabilities/{name}/{decision}}; what is forced is forced on this node.
 */
public final class ModeDesk implements HttpHandler {

  /** Where it begins. */
  public static final String PATH = Route.MODE.template();

  private static final String FORCE = "force";
  private static final String RELEASE = "release";

  private final Modes modes;
  private final ModeDocuments documents;
  private final Authenticated.Identity identity;
  private final Admitted.Admission admission;

  ModeDesk(ModeDocuments documents, Clock clock, Api.Settings settings) {
    this.modes = documents.modes();
    this.documents = documents;
    this.identity = new Authenticated.Operator(settings.defaultTenant());
    this.admission = new Admitted.Admission(clock, settings.timeout(), settings.timeoutMax());
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    Route.@Nullable Target target = Route.findMode(exchange.rawPath());
    if (target == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "GET %s, POST %s and POST %s are served"
              .formatted(
                  PATH, Route.MODE_DECISION.template(), Route.CAPABILITY_DECISION.template()));
    }
    exchange.route(target.route().template());
    if (!target.route().allows(exchange.method())) {
      Api.refuseMethod(exchange, target.route());
      return;
    }
    Admitted admitted = admission.admit(identity.authenticate(new Request(exchange, target)));
    switch (target.route()) {
      case MODE_DECISION -> mode(admitted, target.last());
      case CAPABILITY_DECISION -> capability(admitted, target);
      default -> {}
    }
    exchange.send(200, Exchange.JSON, documents.all());
  }

  private void mode(Admitted admitted, String decision) throws IOException {
    boolean forces = forces(decision);
    JsonNode body =
        JsonBody.object(
            JsonBody.of(admitted.request().exchange()),
            forces ? Set.of("mode", "reason") : Set.of("reason"));
    String reason = needed(body);
    String by = admitted.context().principal();
    if (forces) {
      modes.force(named(body.path("mode").asString("")), reason, by);
    } else {
      modes.release(reason, by);
    }
  }

  private static Mode named(String name) {
    for (Mode mode : Mode.values()) {
      if (mode.text().equals(name) && mode != Mode.NORMAL && mode != Mode.DRAINING) {
        return mode;
      }
    }
    throw new ProblemException(
        ProblemCode.INVALID_BODY,
        "field 'mode' is '%s'; it must be one of %s"
            .formatted(
                Text.shown(name),
                Arrays.stream(Mode.values())
                    .filter(one -> one != Mode.NORMAL && one != Mode.DRAINING)
                    .map(Mode::text)
                    .collect(Collectors.joining(", "))));
  }

  private void capability(Admitted admitted, Route.Target target) throws IOException {
    String name = Percent.decode(target.id(), "the capability");
    boolean forces = forces(target.last());
    String reason =
        needed(JsonBody.object(JsonBody.of(admitted.request().exchange()), Set.of("reason")));
    String by = admitted.context().principal();
    boolean known =
        forces
            ? modes.capabilities().force(name, reason, by)
            : modes.capabilities().release(name, reason, by);
    if (!known) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_TYPE, "no capability '" + Text.shown(name) + "' is declared");
    }
  }

  private static boolean forces(String decision) {
    if (!decision.equals(FORCE) && !decision.equals(RELEASE)) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_ROUTE,
          "there is no decision '%s'; there is force, release".formatted(Text.shown(decision)));
    }
    return decision.equals(FORCE);
  }

  private static String needed(JsonNode given) {
    String reason = SagaHandler.reason(given.path("reason"));
    if (reason.isEmpty()) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY, "a decision needs its reason, which is logged");
    }
    return reason;
  }
}
