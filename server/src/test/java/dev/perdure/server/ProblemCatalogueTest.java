package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Sagas;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.admission.Quota;
import dev.perdure.server.fixture.ApiServer;
import dev.perdure.server.fixture.RawHttp;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every problem code is provoked and read off the wire. What only the core can meet (a full disk, a
 * lost leader) is planned there: how the core meets it is tested where it lives.
 */
class ProblemCatalogueTest {

  private static final String DEPOSIT = "/v1/entities/account/catalogue/deposit";
  private static final Map<ProblemCode, Callable<String>> PROVOKED =
      new EnumMap<>(ProblemCode.class);

  /** Met by the core alone. */
  private static final List<ProblemCode> PLANNED =
      List.of(
          ProblemCode.STATE_TOO_LARGE,
          ProblemCode.EVENT_TOO_LARGE,
          ProblemCode.REPLY_TOO_LARGE,
          ProblemCode.ENTRY_TOO_LARGE,
          ProblemCode.OPERATION_QUOTA,
          ProblemCode.DECIDE_TIMEOUT,
          ProblemCode.EVOLVE_FAILED,
          ProblemCode.OVERLOADED,
          ProblemCode.NO_LEADER,
          ProblemCode.DRAINING,
          ProblemCode.READ_ONLY,
          ProblemCode.ENTITY_QUARANTINED,
          ProblemCode.COMMAND_DISABLED,
          ProblemCode.LOCKED,
          ProblemCode.CAPABILITY_DEGRADED,
          ProblemCode.TOO_MANY_SAGAS,
          ProblemCode.VIEW_REBUILDING,
          ProblemCode.VIEW_BEHIND,
          ProblemCode.OUTCOME_UNKNOWN);

  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    api = ApiServer.start();
    provoke(ProblemCode.MALFORMED_REQUEST, () -> api.post(DEPOSIT, "{").body());
    provoke(ProblemCode.OPERATION_ID_REQUIRED, ProblemCatalogueTest::withoutOperationId);
    provoke(ProblemCode.INVALID_ID, () -> api.get("/v1/entities/account/%00").body());
    provoke(ProblemCode.UNKNOWN_ROUTE, () -> api.get("/nothing").body());
    provoke(ProblemCode.UNKNOWN_TYPE, () -> api.get("/v1/entities/none/a").body());
    provoke(ProblemCode.UNKNOWN_COMMAND, () -> api.post("/v1/entities/account/a/fly", "{}").body());
    provoke(ProblemCode.NOT_FOUND, () -> api.get("/v1/entities/account/none").body());
    provoke(ProblemCode.UNKNOWN_OPERATION, () -> api.get("/v1/operations/account/a/k").body());
    provoke(ProblemCode.METHOD_NOT_ALLOWED, () -> api.send(api.to(DEPOSIT).DELETE()).body());
    provoke(ProblemCode.REQUEST_TIMEOUT, ProblemCatalogueTest::slowRequest);
    provoke(
        ProblemCode.VERSION_MISMATCH,
        () -> api.post(DEPOSIT, "{\"amount\":1}", "If-Match", "\"99\"").body());
    provoke(ProblemCode.BODY_TOO_LARGE, () -> api.post(DEPOSIT, "x".repeat(70_000)).body());
    provoke(ProblemCode.URI_TOO_LONG, () -> raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n"));
    provoke(ProblemCode.UNSUPPORTED_MEDIA_TYPE, ProblemCatalogueTest::plainText);
    provoke(ProblemCode.INVALID_BODY, () -> api.post(DEPOSIT, "{\"amount\":0}").body());
    provoke(ProblemCode.OPERATION_ID_REUSED, ProblemCatalogueTest::reused);
    provoke(ProblemCode.SAGA_ENDED, ProblemCatalogueTest::signalsOneThatHasEnded);
    provoke(ProblemCode.SAGA_NOT_PARKED, ProblemCatalogueTest::decidesAboutOneThatGoesOn);
    provoke(
        ProblemCode.HEADERS_TOO_LARGE,
        () -> raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"));
    provoke(ProblemCode.DECIDE_FAILED, () -> api.post("/v1/entities/account/a/crash", "{}").body());
    provoke(ProblemCode.INTERNAL, ProblemCatalogueTest::internal);
    provoke(ProblemCode.PREDECESSOR, ProblemCatalogueTest::predecessor);
    provoke(
        ProblemCode.DEADLINE_EXCEEDED,
        () -> api.post(DEPOSIT, "{\"amount\":1}", "Perdure-Timeout", "0ms").body());
    provoke(ProblemCode.HTTP_VERSION_NOT_SUPPORTED, () -> raw("GET / HTTP/1.0\r\n\r\n"));
    for (ProblemCode code :
        new ProblemCode[] {ProblemCode.NO_SUCH_CHOICE, ProblemCode.TOO_MANY_SIGNALS}) {
      provoke(code, () -> refusedBySaga(code));
    }
    for (ProblemCode code :
        new ProblemCode[] {
          ProblemCode.UNKNOWN_QUEUE,
          ProblemCode.LEASE_LOST,
          ProblemCode.MESSAGE_NOT_DEAD,
          ProblemCode.QUEUE_FULL,
          ProblemCode.QUEUE_LIMITED
        }) {
      provoke(code, () -> refusedByQueue(code));
    }
    provoke(ProblemCode.QUOTA_EXCEEDED, ProblemCatalogueTest::overItsQuota);
    PLANNED.forEach(code -> provoke(code, () -> planned(code)));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static void provoke(ProblemCode code, Callable<String> how) {
    PROVOKED.put(code, how);
  }

  private static String planned(ProblemCode code) throws Exception {
    api.entities().plan(code);
    return api.post(DEPOSIT, "{\"amount\":1}").body();
  }

  private static String refusedByQueue(ProblemCode code) throws Exception {
    api.queues().plan(code);
    return api.post("/v1/queues/work/lease", "{}").body();
  }

  private static String raw(String request) throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      return peer.send(request).answer().body();
    }
  }

  private static String withoutOperationId() throws Exception {
    try (ApiServer strict = ApiServer.start(ApiServer.settings(), ApiServer.apiSettings(true))) {
      return strict.post(DEPOSIT, "{\"amount\":1}").body();
    }
  }

  private static String slowRequest() throws Exception {
    Duration soon = Duration.ofMillis(200);
    Duration late = Duration.ofSeconds(60);
    try (ApiServer impatient =
            ApiServer.start(ApiServer.impatient(soon, late, late), ApiServer.apiSettings(false));
        RawHttp peer = new RawHttp(impatient.port())) {
      return peer.send("GET / HT").answer().body();
    }
  }

  private static String overItsQuota() throws Exception {
    Quota one = new Quota(1, 1, 0, 0, 0);
    Gate gate =
        new Gate(
            new Gate.Settings(true, Duration.ofSeconds(1), 10, 10, 10, one, Map.of()),
            Clock.system());
    try (ApiServer strict = ApiServer.start(gate)) {
      strict.post(DEPOSIT, "{\"amount\":1}");
      return strict.post(DEPOSIT, "{\"amount\":1}").body();
    }
  }

  private static String plainText() throws Exception {
    return api.send(
            api.to(DEPOSIT)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")))
        .body();
  }

  private static String reused() throws Exception {
    api.post(DEPOSIT, "{\"amount\":1}", "Idempotency-Key", "reused");
    return api.post(DEPOSIT, "{\"amount\":2}", "Idempotency-Key", "reused").body();
  }

  private static void order(String id) throws Exception {
    api.send(
        api.to("/v1/sagas/order/" + id)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"article\":\"pen\",\"pieces\":1}")));
  }

  private static String signalsOneThatHasEnded() throws Exception {
    order("ended");
    api.post("/v1/sagas/order/ended/cancel", "{}");
    return api.post("/v1/sagas/order/ended/signals/pay", "1").body();
  }

  private static String refusedBySaga(ProblemCode code) throws Exception {
    api.sagas().plan(new Sagas.SagaAnswer.Refused(code.code(), "planned by the test"));
    return api.get("/v1/sagas/order/any").body();
  }

  private static String decidesAboutOneThatGoesOn() throws Exception {
    order("running");
    return api.send(
            api.toAdmin("/admin/v1/sagas/order/running/retry")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"why not\"}")))
        .body();
  }

  private static String internal() throws Exception {
    api.entities()
        .plan(
            command -> {
              throw new IllegalStateException("planned by the test");
            });
    return api.post(DEPOSIT, "{\"amount\":1}").body();
  }

  private static String predecessor() throws Exception {
    api.entities().plan(ProblemCode.OVERLOADED);
    String line =
        "{\"type\":\"account\",\"id\":\"p\",\"command\":\"deposit\",\"body\":{\"amount\":1}}\n";
    String answers =
        api.send(
                api.to("/v1/entities:batch")
                    .header("Content-Type", "application/x-ndjson")
                    .POST(HttpRequest.BodyPublishers.ofString(line + line)))
            .body();
    String second = answers.lines().toList().getLast();
    return second.substring(second.indexOf("\"problem\":") + 10, second.length() - 1);
  }

  @ParameterizedTest
  @EnumSource
  void isProvokedAndReadOffTheWire(ProblemCode code) throws Exception {
    assertThat(PROVOKED).as("nothing provokes %s", code).containsKey(code);

    JsonNode problem = JsonMapper.shared().readTree(PROVOKED.get(code).call());

    assertThat(problem.get("code").asString()).isEqualTo(code.code());
    assertThat(problem.get("status").asInt()).isEqualTo(code.status());
    assertThat(problem.get("type").asString())
        .isEqualTo("https://perdure.dev/problems/" + code.code());
    assertThat(problem.get("title").asString()).isNotBlank();
    assertThat(problem.get("detail").asString()).endsWith(code.advice());
    assertThat(problem.get("trace_id").asString()).matches("[0-9a-f]{32}");
  }
}
