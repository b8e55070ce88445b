package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.fixture.ApiServer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed HTTP with content that does not fit. */
class BadInputTest {

  private static final String DEPOSIT = "/v1/entities/account/bad/deposit";
  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    api = ApiServer.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static void isProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body())
        .doesNotContain("Exception", "tools.jackson", "java.", "`", "com.example", "/etc/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"amount\":}",
        "{\"amount\":1",
        "{\"amount\":1}}",
        "{\"amount\":1} {\"amount\":1}",
        "{'amount':1}",
        "{amount:1}",
        "{\"amount\":NaN}",
        "{\"amount\":Infinity}",
        "{\"amount\":-}",
        "{\"amount\":01}",
        "{\"amount\":1,}",
        "{\"amount\":1,\"amount\":2}",
        "{\"amount\":1} // comment",
        "not json",
        "{\"amount\":\"\\ud800\\u12\"}",
      })
  void refusesWhatIsNotJson(String body) throws Exception {
    HttpResponse<String> answer = api.post(DEPOSIT, body);
    isProblem(answer, 400, "malformed-request");
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws Exception {
    byte[] body = {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'};
    HttpResponse<String> answer =
        api.send(
            api.to(DEPOSIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    isProblem(answer, 400, "malformed-request");
  }

  @Test
  void refusesNestingWithoutEnd() throws Exception {
    String deep = "[".repeat(30_000) + "]".repeat(30_000);
    isProblem(api.post(DEPOSIT, deep), 400, "malformed-request");
    String object = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
    HttpResponse<String> answer = api.post(DEPOSIT, object);
    isProblem(answer, 400, "malformed-request");
    assertThat(answer.body()).contains("64 levels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "\"text\"",
        "null",
        "{\"amount\":\"1\"}",
        "{\"amount\":1.5}",
        "{\"amount\":1e2}",
        "{\"amount\":null}",
        "{\"amount\":true}",
        "{\"amount\":[1]}",
        "{\"amount\":{}}",
        "{\"amount\":9223372036854775808}",
        "{\"amount\":9007199254740992}",
        "{\"amount\":0}",
        "{\"amount\":-1}",
        "{}",
        "{\"amount\":1,\"amuont\":2}",
        "{\"amount\":1,\"reference\":5}",
      })
  void refusesABodyThatDoesNotFitTheCommand(String body) throws Exception {
    isProblem(api.post(DEPOSIT, body), 422, "invalid-body");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/jsonp",
    "application/json; charset=latin1",
  })
  void refusesOtherMediaTypes(String type) throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.to(DEPOSIT)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":1}")));
    isProblem(answer, 415, "unsupported-media-type");
  }

  @Test
  void refusesABodyWithoutAMediaTypeAndTakesOneWithParameters() throws Exception {
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString("{\"amount\":1}");
    isProblem(api.send(api.to(DEPOSIT).POST(body)), 415, "unsupported-media-type");
    assertThat(
            api.send(
                    api.to(DEPOSIT)
                        .header("Content-Type", "Application/JSON; charset=\"UTF-8\"")
                        .POST(body))
                .statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b",
        "a%b",
        "ä ö",
        "日本語",
        "😀",
        "a b+c",
        "?#[]@!$&'()*,;=",
        "..",
        ".",
        "\"quoted\"",
        "a:b",
        "~-_.",
        "events",
        "\\back",
        "<tag>",
        "{braces}",
        "|pipe",
        "^",
        "`tick`",
      })
  void takesIdsOfEveryOddCharacter(String id) throws Exception {
    String path = "/v1/entities/account/" + encode(id);
    assertThat(api.post(path + "/deposit", "{\"amount\":3}").statusCode()).isEqualTo(200);
    assertThat(api.entities().seen().getLast().address().id()).isEqualTo(id);
    assertThat(api.get(path).body()).isEqualTo("{\"balance\":3}");
  }

  private static String encode(String id) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return id.matches("\\.+") ? id.replace(".", "%2E") : encoded;
  }

  @Test
  void refusesIdsThatAreTooLongOrHoldControlCharactersAndSaysTheLimit() throws Exception {
    HttpResponse<String> tooLong =
        api.post("/v1/entities/account/" + "x".repeat(1_024) + "/deposit", "{\"amount\":1}");
    isProblem(tooLong, 400, "invalid-id");
    assertThat(tooLong.body()).contains("1024 bytes", "1 to 256");
    isProblem(api.post("/v1/entities/account/a%00b/deposit", "{}"), 400, "invalid-id");
    isProblem(api.post("/v1/entities/account/a%0Ab/deposit", "{}"), 400, "invalid-id");
    isProblem(api.post("/v1/entities/account//deposit", "{}"), 400, "invalid-id");
    isProblem(api.get("/v1/entities/account/"), 400, "invalid-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF%FE", "%C3%28", "%ED%A0%80"})
  void refusesIdsThatAreNotUtf8(String id) throws Exception {
    isProblem(
        api.post("/v1/entities/account/" + id + "/deposit", "{\"amount\":1}"),
        400,
        "malformed-request");
  }

  @Test
  void saysWhichTypesAndCommandsThereAre() throws Exception {
    HttpResponse<String> type = api.post("/v1/entities/acount/a/deposit", "{}");
    isProblem(type, 404, "unknown-type");
    assertThat(type.body()).contains("account");
    HttpResponse<String> command = api.post("/v1/entities/account/a/depsit", "{}");
    isProblem(command, 404, "unknown-command");
    assertThat(command.body()).contains("deposit, withdraw");
    isProblem(api.get("/v1/entities/account/nobody"), 404, "not-found");
    isProblem(api.get("/v1/entities/account/nobody/events"), 404, "not-found");
    isProblem(api.get("/v1/operations/account/a/none"), 404, "unknown-operation");
    isProblem(api.get("/v1/sagas/x/y"), 404, "unknown-type");
    isProblem(api.get("/"), 404, "unknown-route");
    isProblem(api.get("/v1/entities/account/a/b/c"), 404, "unknown-route");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Perdure-Timeout | soon",
        "Perdure-Timeout | 5",
        "Perdure-Timeout | -1s",
        "Perdure-Timeout | 1.5s",
        "Perdure-Timeout | 99999999999999999999s",
        "Perdure-Tenant | UPPER",
        "Perdure-Tenant | a/b",
        "If-Match | abc",
        "If-Match | *",
        "If-Match | \"1\", \"2\"",
        "If-Match | \"99999999999999999999\"",
        "If-None-Match | \"1\"",
        "Idempotency-Key | \"\"",
        "Idempotency-Key | \"a\\b\"",
      })
  void refusesHeadersThatMakeNoSense(String name, String value) throws Exception {
    HttpResponse<String> answer = api.post(DEPOSIT, "{\"amount\":1}", name, value);
    isProblem(answer, 400, "malformed-request");
    assertThat(answer.body()).contains(name);
  }

  @Test
  void refusesAnOperationIdThatIsTooLongOrSentTwice() throws Exception {
    isProblem(
        api.post(DEPOSIT, "{\"amount\":1}", "Idempotency-Key", "k".repeat(256)),
        400,
        "malformed-request");
    isProblem(
        api.post(DEPOSIT, "{\"amount\":1}", "Idempotency-Key", "a", "Idempotency-Key", "b"),
        400,
        "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?after=-1",
        "?after=x",
        "?limit=0",
        "?limit=100000",
        "?limit=",
        "?after=1&after=2",
      })
  void refusesQueriesThatMakeNoSense(String query) throws Exception {
    isProblem(api.get("/v1/entities/account/a/events" + query), 400, "malformed-request");
  }

  @Test
  void refusesAnUnknownConsistency() throws Exception {
    isProblem(api.get("/v1/entities/account/a?consistency=maybe"), 400, "malformed-request");
    isProblem(api.get("/v1/entities/account/a?consistency=bounded"), 400, "malformed-request");
    isProblem(
        api.get("/v1/entities/account/a?consistency=bounded&max-staleness=0ms"),
        400,
        "malformed-request");
    isProblem(
        api.get("/v1/entities/account/a?consistency=bounded&max-staleness=2m"),
        400,
        "malformed-request");
    isProblem(
        api.get("/v1/entities/account/a?consistency=bounded&max-staleness=soon"),
        400,
        "malformed-request");
    isProblem(
        api.get("/v1/entities/account/a?consistency=stale&max-staleness=1s"),
        400,
        "malformed-request");
  }

  @Test
  void dropsWorkWhoseDeadlineHasPassed() throws Exception {
    isProblem(
        api.post(DEPOSIT, "{\"amount\":1}", "Perdure-Timeout", "0ms"), 504, "deadline-exceeded");
  }

  @Test
  void hidesWhatUserCodeThrew() throws Exception {
    isProblem(api.post("/v1/entities/account/a/crash", "{}"), 500, "decide-failed");
  }

  @Test
  void asksForAnOperationIdWhereOneIsRequired() throws Exception {
    try (ApiServer strict = ApiServer.start(ApiServer.settings(), ApiServer.apiSettings(true))) {
      isProblem(strict.post(DEPOSIT, "{\"amount\":1}"), 400, "operation-id-required");
      assertThat(strict.post(DEPOSIT, "{\"amount\":1}", "Idempotency-Key", "k").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void hidesItsOwnErrorsBehindAnIdThatIsLogged() throws Exception {
    api.entities()
        .plan(
            command -> {
              throw new IllegalStateException("secret of com.example.Secret in /etc/passwd");
            });
    HttpResponse<String> answer = api.post(DEPOSIT, "{\"amount\":1}");
    isProblem(answer, 500, "internal");
    assertThat(answer.body()).contains("\"trace_id\":\"").doesNotContain("secret");
  }
}
