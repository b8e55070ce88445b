package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.server.fixture.ApiServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CommandsOverHttpTest {

  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    api = ApiServer.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void answersACommandWithItsReplyAndTheVersion() throws Exception {
    HttpResponse<String> answer = api.post("/v1/entities/account/a1/deposit", "{\"amount\":5}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"balance\":5}");
    assertThat(answer.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Idempotency-Replayed")).isEmpty();
  }

  @Test
  void runsAnOperationIdOnceAndSaysThatTheReplyIsARecordedOne() throws Exception {
    String path = "/v1/entities/account/a2/deposit";
    api.post(path, "{\"amount\":5}", "Idempotency-Key", "k1");

    HttpResponse<String> again = api.post(path, "{ \"amount\" : 5 }", "Idempotency-Key", "k1");
    HttpResponse<String> quoted = api.post(path, "{\"amount\":5}", "Idempotency-Key", "\"k1\"");

    assertThat(again.body()).isEqualTo("{\"balance\":5}");
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(quoted.headers().firstValue("Idempotency-Replayed")).contains("true");
  }

  @Test
  void refusesAnOperationIdWithAnotherPayload() throws Exception {
    String path = "/v1/entities/account/a3/deposit";
    api.post(path, "{\"amount\":5}", "Idempotency-Key", "k1");

    HttpResponse<String> other = api.post(path, "{\"amount\":6}", "Idempotency-Key", "k1");

    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body())
        .contains("\"code\":\"operation-id-reused\"", "\"operation_id\":\"k1\"");
  }

  @Test
  void tellsARejectionFromAProblemOfThePlatform() throws Exception {
    HttpResponse<String> answer = api.post("/v1/entities/account/a4/withdraw", "{\"amount\":5}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body())
        .contains(
            "\"type\":\"https://perdure.dev/problems/rejection\"",
            "\"code\":\"insufficient-funds\"",
            "\"detail\":\"balance is 0, asked for 5\"");
  }

  @Test
  void runsACommandOnlyOnTheVersionThatItNames() throws Exception {
    String path = "/v1/entities/account/a5/deposit";
    assertThat(api.post(path, "{\"amount\":5}", "If-None-Match", "*").statusCode()).isEqualTo(200);
    assertThat(api.post(path, "{\"amount\":5}", "If-Match", "\"1\"").statusCode()).isEqualTo(200);

    HttpResponse<String> stale = api.post(path, "{\"amount\":5}", "If-Match", "\"1\"");
    HttpResponse<String> exists = api.post(path, "{\"amount\":5}", "If-None-Match", "*");

    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(stale.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(stale.body()).contains("\"code\":\"version-mismatch\"", "\"version\":2");
    assertThat(exists.statusCode()).isEqualTo(412);
  }

  @Test
  void takesACommandWithoutABodyAsOneWithoutFields() throws Exception {
    HttpResponse<String> answer =
        api.send(api.to("/v1/entities/account/a6/close").POST(HttpRequest.BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void handsOverTenantTraceAndDeadline() throws Exception {
    api.post(
        "/v1/entities/konto/a7/deposit",
        "{\"amount\":5}",
        "Perdure-Tenant",
        "acme",
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    EntityCommand command = api.entities().seen().getLast();
    assertThat(command.address().tenant()).isEqualTo("acme");
    assertThat(command.address().type()).isEqualTo("account");
    assertThat(command.context().trace()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(command.context().principal()).isEqualTo("development");
  }

  @Test
  void saysWhenToComeAgain() throws Exception {
    api.entities()
        .plan(command -> Outcome.Failed.retry(ProblemCode.OVERLOADED, "the queue is full", 1_500));

    HttpResponse<String> answer = api.post("/v1/entities/account/a8/deposit", "{\"amount\":5}");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("2");
  }

  @Test
  void showsStateEventsAndOperations() throws Exception {
    String path = "/v1/entities/account/a9";
    api.post(path + "/deposit", "{\"amount\":5}", "Idempotency-Key", "k/1");
    api.post(path + "/deposit", "{\"amount\":6}", "Idempotency-Key", "k2");

    HttpResponse<String> state = api.get(path);
    HttpResponse<String> unchanged = api.send(api.to(path).header("If-None-Match", "\"2\""));
    HttpResponse<String> events = api.get(path + "/events?after=1&limit=5");
    HttpResponse<String> operation = api.get("/v1/operations/account/a9/k%2F1");

    assertThat(state.body()).isEqualTo("{\"balance\":11}");
    assertThat(state.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(unchanged.statusCode()).isEqualTo(304);
    assertThat(events.body())
        .contains("\"version\":2", "\"type\":\"moved\"", "\"data\":{\"amount\":6}", "\"next\":2");
    assertThat(operation.body())
        .contains("\"state\":\"recorded\"", "\"status\":200", "\"body\":{\"balance\":5}");
  }

  @Test
  void speaksHttp2() throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.to("/v1/entities/account/b1/deposit")
                .version(HttpClient.Version.HTTP_2)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":5}")));
    HttpResponse<String> state =
        api.send(api.to("/v1/entities/account/b1").version(HttpClient.Version.HTTP_2));

    assertThat(answer.body()).isEqualTo("{\"balance\":5}");
    assertThat(state.body()).isEqualTo("{\"balance\":5}");
    assertThat(state.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void answersHeadWithoutABodyAndOptionsWithWhatIsAllowed() throws Exception {
    api.post("/v1/entities/account/b2/deposit", "{\"amount\":5}");

    HttpResponse<String> head =
        api.send(
            api.to("/v1/entities/account/b2").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    HttpResponse<String> options =
        api.send(
            api.to("/v1/entities/account/b2")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    HttpResponse<String> refused = api.send(api.to("/v1/entities/account/b2").DELETE());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("13");
    assertThat(head.body()).isEmpty();
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
  }
}
