package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Sagas;
import dev.perdure.server.fixture.ApiServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SagasOverHttpTest {

  private static final String ORDER = "{\"article\":\"pen\",\"pieces\":2}";
  private static final String ORDERS = "/v1/sagas/order/";
  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    api = ApiServer.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static HttpResponse<String> put(String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        api.to(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body));
    return api.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> decide(String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        api.toAdmin("/admin/v1/sagas" + path).header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return api.send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> list(String query) throws Exception {
    return api.send(api.toAdmin("/admin/v1/sagas" + query));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static void isProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).get("code").asString()).isEqualTo(code);
    assertThat(answer.body()).doesNotContain("Exception", "tools.jackson", "java.", "`");
  }

  @Test
  void startsOnceAndSaysWhereToLook() throws Exception {
    HttpResponse<String> started = put(ORDERS + "o%2F1", ORDER);

    assertThat(started.statusCode()).isEqualTo(202);
    assertThat(started.headers().firstValue("Location")).contains("/v1/sagas/order/o%2F1");
    assertThat(started.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(started.headers().firstValue("Preference-Applied")).isEmpty();
    assertThat(json(started))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"type": "order", "id": "o/1", "status": "running", "version": 1,
                     "started": "2023-11-14T22:13:20Z", "wake": "2023-11-14T22:13:20.000005Z",
                     "input": {"article": "pen", "pieces": 2},
                     "steps": [{"name": "reserve", "kind": "command", "state": "running",
                                "attempts": 2, "started": "2023-11-14T22:13:20Z",
                                "error": "no answer"}]}
                    """));

    HttpResponse<String> again = put("/v1/sagas/purchase/o%2F1", ORDER);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    isProblem(put(ORDERS + "o%2F1", ORDER.replace('2', '3')), 422, "operation-id-reused");
  }

  @Test
  void waitsAsLongAsTheCallerPrefersAndIsAllowedTo() throws Exception {
    put(ORDERS + "waits", ORDER);
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return put(ORDERS + "waits", ORDER, "Prefer", "respond-async, wait=60;x=1");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    HttpResponse<String> paid = api.post(ORDERS + "waits/signals/pay", "{\"paid\":7}");
    assertThat(paid.statusCode()).isEqualTo(200);

    HttpResponse<String> ended = waiting.get();
    assertThat(ended.statusCode()).isEqualTo(200);
    assertThat(ended.headers().firstValue("Preference-Applied")).contains("wait=3");
    assertThat(ended.headers().firstValue("Location")).isEmpty();
    assertThat(json(ended).get("status").asString()).isEqualTo("completed");
    assertThat(json(ended).get("result").get("paid").asInt()).isEqualTo(7);
    assertThat(json(ended).get("ended").asString()).isEqualTo("2023-11-14T22:13:22Z");
    assertThat(json(ended).has("wake")).isFalse();
  }

  @Test
  void answersWithTheStartIfItDoesNotEndInTime() throws Exception {
    HttpResponse<String> started = put(ORDERS + "slow", ORDER, "Prefer", "wait=1");
    assertThat(started.statusCode()).isEqualTo(202);
    assertThat(started.headers().firstValue("Preference-Applied")).contains("wait=1");
    HttpResponse<String> read = api.send(api.to(ORDERS + "slow").header("Prefer", "wait=1"));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Preference-Applied")).contains("wait=1");
    assertThat(api.send(api.to(ORDERS + "slow").header("If-None-Match", "\"1\"")).statusCode())
        .isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "wait=", "wait=x", "wait=-1", "wait=9999999999", "wait=1.5", "x"})
  void ignoresPreferencesThatAreNone(String preference) throws Exception {
    HttpResponse<String> started = put(ORDERS + "odd", ORDER, "Prefer", preference);
    assertThat(started.statusCode()).isEqualTo(202);
    assertThat(started.headers().firstValue("Preference-Applied")).isEmpty();
  }

  @Test
  void deliversASignalOnceUnderItsOperationId() throws Exception {
    put(ORDERS + "signalled", ORDER);
    String path = ORDERS + "signalled/signals/news";
    HttpResponse<String> first = api.post(path, "1", "Idempotency-Key", "s1");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(
            api.post(path, "1", "Idempotency-Key", "s1")
                .headers()
                .firstValue("Idempotency-Replayed"))
        .contains("true");
    HttpResponse<String> other = api.post(path, "2", "Idempotency-Key", "s1");
    isProblem(other, 422, "operation-id-reused");
    assertThat(json(other).get("operation_id").asString()).isEqualTo("s1");
    assertThat(api.send(api.to(path).POST(HttpRequest.BodyPublishers.noBody())).statusCode())
        .isEqualTo(202);
  }

  @Test
  void refusesSignalsThatAreNone() throws Exception {
    put(ORDERS + "deaf", ORDER);
    isProblem(api.post(ORDERS + "deaf/signals/Upper", "1"), 400, "malformed-request");
    isProblem(api.post(ORDERS + "deaf/signals/" + "x".repeat(64), "1"), 400, "malformed-request");
    isProblem(api.post(ORDERS + "deaf/signals/pay", "{"), 400, "malformed-request");
    isProblem(api.post(ORDERS + "deaf/signals/pay", "1 2"), 400, "malformed-request");
    isProblem(api.post(ORDERS + "deaf/signals/", "1"), 400, "malformed-request");
    isProblem(
        api.post(ORDERS + "deaf/signals/pay", "1", "Idempotency-Key", "k".repeat(300)),
        400,
        "malformed-request");
    isProblem(api.post(ORDERS + "nobody/signals/pay", "1"), 404, "not-found");
  }

  @Test
  void cancelsWithAReasonAndNothingTwice() throws Exception {
    put(ORDERS + "cancelled", ORDER);
    HttpResponse<String> cancelled =
        api.post(ORDERS + "cancelled/cancel", "{\"reason\":\"changed my mind\"}");
    assertThat(cancelled.statusCode()).isEqualTo(200);
    assertThat(json(cancelled).at("/failure/code").asString()).isEqualTo("cancelled");
    assertThat(json(cancelled).at("/failure/detail").asString()).isEqualTo("changed my mind");
    assertThat(json(cancelled).at("/failure/by").asString()).isEqualTo("development");
    assertThat(
            api.post(ORDERS + "cancelled/cancel", "{}")
                .headers()
                .firstValue("Idempotency-Replayed"))
        .contains("true");
    isProblem(api.post(ORDERS + "cancelled/signals/pay", "1"), 409, "saga-ended");
    isProblem(api.post(ORDERS + "nobody/cancel", "{}"), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "1", "{\"reason\":1}", "{\"reson\":\"x\"}", "{\"reason\":{\"a\":1}}"})
  void refusesACancelThatIsNone(String body) throws Exception {
    put(ORDERS + "kept", ORDER);
    isProblem(api.post(ORDERS + "kept/cancel", body), 422, "invalid-body");
  }

  @Test
  void recordsWhoDecidedWhatAndWhy() throws Exception {
    put(ORDERS + "parked", ORDER);
    api.post(ORDERS + "parked/signals/jam", "1");
    isProblem(decide("/order/parked/provide", "{\"reason\":\"x\"}"), 422, "invalid-body");
    isProblem(decide("/order/parked/retry", "{}"), 422, "invalid-body");
    isProblem(decide("/order/parked/retry", "{\"reason\":\"  \"}"), 422, "invalid-body");
    isProblem(
        decide("/order/parked/retry", "{\"reason\":\"" + "x".repeat(1_001) + "\"}"),
        422,
        "invalid-body");
    isProblem(
        decide("/order/parked/retry", "{\"reason\":\"x\",\"result\":1}"), 422, "invalid-body");
    isProblem(decide("/order/parked/sell", "{\"reason\":\"x\"}"), 404, "unknown-route");
    isProblem(decide("/order/nobody/retry", "{\"reason\":\"x\"}"), 404, "not-found");
    isProblem(decide("/none/parked/retry", "{\"reason\":\"x\"}"), 404, "unknown-type");

    HttpResponse<String> provided =
        decide("/order/parked/provide", "{\"reason\":\"called them\",\"result\":{\"paid\":9}}");

    assertThat(provided.statusCode()).isEqualTo(200);
    Sagas.SagaDecision decision = api.sagas().decisions().getLast();
    assertThat(decision.choice()).isEqualTo(Sagas.Choice.PROVIDE);
    assertThat(decision.reason()).isEqualTo("called them");
    assertThat(new String(decision.result(), StandardCharsets.UTF_8)).isEqualTo("{\"paid\":9}");
    assertThat(api.sagas().principals().getLast()).isEqualTo("operator");
    isProblem(decide("/order/parked/skip", "{\"reason\":\"x\"}"), 409, "saga-not-parked");
  }

  @Test
  void decidesUnderAnIdAboutAVersion() throws Exception {
    put(ORDERS + "versioned", ORDER);
    api.post(ORDERS + "versioned/signals/jam", "1");
    String body = "{\"reason\":\"mended\"}";
    isProblem(
        decide("/order/versioned/retry", body, "If-Match", "newest"), 400, "malformed-request");
    isProblem(
        decide("/order/versioned/retry", body, "If-None-Match", "*"), 400, "malformed-request");

    decide("/order/versioned/retry", body, "If-Match", "\"7\"", "Idempotency-Key", "d-1");

    Sagas.SagaDecision decision = api.sagas().decisions().getLast();
    assertThat(decision.reason()).isEqualTo("mended");
    assertThat(decision.operationId()).isEqualTo("d-1");
    assertThat(decision.version()).isEqualTo(7);
  }

  @Test
  void listsATenantsSagasPageByPage() throws Exception {
    for (int i = 0; i < 5; i++) {
      put(ORDERS + "l" + i, ORDER, "Perdure-Tenant", "acme");
    }
    api.post(ORDERS + "l1/signals/jam", "1", "Perdure-Tenant", "acme");
    api.post(ORDERS + "l3/signals/jam", "1", "Perdure-Tenant", "acme");
    api.post(ORDERS + "l4/signals/pay", "1", "Perdure-Tenant", "acme");

    assertThat(ids(list("?tenant=acme"))).containsExactly("l0", "l1", "l2", "l3");
    assertThat(ids(list("?tenant=acme&status=all"))).hasSize(5);
    assertThat(ids(list("?tenant=acme&status=parked&type=purchase"))).containsExactly("l1", "l3");
    HttpResponse<String> page = list("?tenant=acme&status=parked&limit=1");
    assertThat(ids(page)).containsExactly("l1");
    String next = json(page).get("next").asString();
    assertThat(ids(list("?tenant=acme&status=parked&after=" + next))).containsExactly("l3");
    assertThat(ids(list("?tenant=nobody"))).isEmpty();
    JsonNode first = json(list("?tenant=acme")).get("sagas").get(0);
    assertThat(first.at("/step/name").asString()).isEqualTo("reserve");
    assertThat(first.get("step_count").asInt()).isEqualTo(1);
    assertThat(first.has("input")).isFalse();
  }

  private static List<String> ids(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).get("sagas").valueStream().map(one -> one.get("id").asString()).toList();
  }

  @Test
  void refusesListsThatAreNone() throws Exception {
    isProblem(list("?status=sleepy"), 400, "malformed-request");
    isProblem(list("?limit=0"), 400, "malformed-request");
    isProblem(list("?limit=1001"), 400, "malformed-request");
    isProblem(list("?tenant=A%20B"), 400, "malformed-request");
    isProblem(list("?type=none"), 404, "unknown-type");
    isProblem(list("/order"), 404, "unknown-route");
  }

  @Test
  void refusesWhatNoSagaIs() throws Exception {
    isProblem(put("/v1/sagas/none/x", ORDER), 404, "unknown-type");
    isProblem(put("/v1/sagas/account/x", ORDER), 404, "unknown-type");
    isProblem(api.get("/v1/entities/order/o1"), 404, "unknown-type");
    isProblem(api.get(ORDERS + "nobody"), 404, "not-found");
    isProblem(put(ORDERS + "a/b/c", ORDER), 404, "unknown-route");
    isProblem(put("/v1/sagas/order", ORDER), 404, "unknown-route");
    isProblem(put(ORDERS, ORDER), 400, "invalid-id");
    isProblem(put(ORDERS + "%00", ORDER), 400, "invalid-id");
    isProblem(put(ORDERS + "%ff", ORDER), 400, "malformed-request");
    isProblem(put(ORDERS + "x".repeat(257), ORDER), 400, "invalid-id");
    isProblem(put(ORDERS + "x", "{\"article\":1}"), 422, "invalid-body");
    isProblem(put(ORDERS + "x", "x".repeat(70_000)), 413, "body-too-large");
    isProblem(api.send(api.to(ORDERS + "x").DELETE()), 405, "method-not-allowed");
    isProblem(api.post(ORDERS + "x", ORDER), 405, "method-not-allowed");
    isProblem(
        api.send(api.to(ORDERS + "x").PUT(HttpRequest.BodyPublishers.ofString(ORDER))),
        415,
        "unsupported-media-type");
    isProblem(put(ORDERS + "x", ORDER, "Perdure-Timeout", "soon"), 400, "malformed-request");
    isProblem(put(ORDERS + "x", ORDER, "Perdure-Tenant", "no tenant"), 400, "malformed-request");
    isProblem(api.send(api.toAdmin("/admin/v1/sagas").DELETE()), 405, "method-not-allowed");
  }

  @Test
  void passesOnWhyTheCoreRefused() throws Exception {
    api.sagas()
        .plan(
            new Sagas.SagaAnswer.Failed(
                Outcome.Failed.retry(ProblemCode.NO_LEADER, "it is elected just now", 2_500)));
    HttpResponse<String> refused = put(ORDERS + "leaderless", ORDER, "Prefer", "wait=1");
    isProblem(refused, 503, "no-leader");
    assertThat(refused.headers().firstValue("Retry-After")).contains("3");
    assertThat(json(refused).get("operation_id").asString()).isEqualTo("leaderless");
  }
}
