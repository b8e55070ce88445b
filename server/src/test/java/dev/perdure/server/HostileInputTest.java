package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import dev.perdure.server.fixture.RawHttp;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hostile input from the socket down to the disk: each is refused with a problem, what was
 * acknowledged before stays, and the node goes on. {@code BadHttpTest} and {@code BadInputTest}
 * have the long lists, without a core.
 */
class HostileInputTest {

  private static final String DEPOSIT = "/v1/entities/account/victim/deposit";
  private static final String ONE = "{\"amount\":1}";
  private static final Duration SOON = Duration.ofMillis(500);

  @TempDir private static Path folder;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static Perdure node;
  private static int deposited;

  @BeforeAll
  static void start() throws Exception {
    node =
        Perdure.start(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, folder.resolve("data"))
                .with(Keys.API_PORT, 0)
                .with(Keys.ADMIN_PORT, 0)
                .with(Keys.HTTP_REQUEST_TIMEOUT, SOON),
            new Account.Bank());
    depositOne();
  }

  @AfterAll
  static void stop() {
    node.close();
    CLIENT.close();
  }

  @AfterEach
  void nothingIsLostAndTheNodeGoesOn() throws Exception {
    depositOne();
    HttpResponse<String> state = send("/v1/entities/account/victim", null);
    assertThat(state.body()).isEqualTo("{\"balance\":" + deposited + "}");
    assertThat(state.headers().firstValue("ETag")).contains("\"" + deposited + "\"");
    URI readiness = URI.create("http://127.0.0.1:" + node.adminPort() + "/readyz");
    HttpResponse<String> ready =
        CLIENT.send(
            HttpRequest.newBuilder(readiness).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
  }

  private static void depositOne() throws Exception {
    assertThat(send(DEPOSIT, ONE).statusCode()).isEqualTo(200);
    deposited++;
  }

  /** Posts a body, or gets if it is null; headers in pairs. */
  private static HttpResponse<String> send(String path, String body, String... headers)
      throws Exception {
    return CLIENT.send(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.apiPort() + path))
            .timeout(Duration.ofSeconds(30));
    if (body != null) {
      request.header("Content-Type", "application/json");
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private static void isProblem(String body, int status, String code) {
    JsonNode problem = JsonMapper.shared().readTree(body);
    assertThat(problem.get("code").asString()).as(body).isEqualTo(code);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("detail").asString()).isNotBlank();
    assertThat(body)
        .doesNotContain("Exception", "dev.perdure.s", "dev.perdure.r", "java.", "\\tat");
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    isProblem(answer.body(), status, code);
  }

  @Test
  void refusesBodiesThatAreNoneOrDoNotFit() throws Exception {
    refused(send(DEPOSIT, "{\"amount\":"), 400, "malformed-request");
    refused(send(DEPOSIT, "{\"amount\":NaN}"), 400, "malformed-request");
    refused(send(DEPOSIT, "{\"amount\":\"1\"}"), 422, "invalid-body");
    refused(send(DEPOSIT, "{\"amount\":1,\"extra\":1}"), 422, "invalid-body");
    refused(send(DEPOSIT, "{\"amount\":1e400}"), 422, "invalid-body");
    refused(send(DEPOSIT, "{\"amount\":9223372036854775808}"), 422, "invalid-body");
    refused(send(DEPOSIT, "{\"amount\":9007199254740992}"), 422, "invalid-body");
    refused(send(DEPOSIT, "{\"amount\":" + "9".repeat(900_000) + "}"), 400, "malformed-request");
  }

  @Test
  void refusesAMebibyteOfNestingAndMore() throws Exception {
    int half = (1 << 20) / 2;
    refused(send(DEPOSIT, "[".repeat(half) + "]".repeat(half)), 400, "malformed-request");
    refused(send(DEPOSIT, "{\"a\":".repeat(200_000)), 400, "malformed-request");
    refused(send(DEPOSIT, "[".repeat((1 << 20) + 1)), 413, "body-too-large");
  }

  @Test
  void keepsIdsOfEveryCharacterApart() throws Exception {
    List<String> ids = new ArrayList<>();
    for (char c = ' '; c <= '~'; c++) {
      ids.add("odd" + c);
    }
    ids.addAll(
        List.of("oddé", "odd日本語", "odd😀", "odd\u200b", "odd\u202e", "%6Fdd", "x".repeat(256)));
    for (int i = 0; i < ids.size(); i++) {
      String body = "{\"amount\":" + (i + 1) + "}";
      assertThat(send(path(ids.get(i)) + "/deposit", body).statusCode()).isEqualTo(200);
    }
    for (int i = 0; i < ids.size(); i++) {
      assertThat(send(path(ids.get(i)), null).body()).isEqualTo("{\"balance\":" + (i + 1) + "}");
    }
    refused(send(path("x".repeat(257)) + "/deposit", ONE), 400, "invalid-id");
    refused(send(path("x".repeat(1_024)) + "/deposit", ONE), 400, "invalid-id");
    refused(send(path("nul\0") + "/deposit", ONE), 400, "invalid-id");
    refused(send(path("line\nfeed") + "/deposit", ONE), 400, "invalid-id");
  }

  private static String path(String id) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return "/v1/entities/account/" + encoded;
  }

  @Test
  void runsOneOfTwoThatComeAtOnceUnderOneOperationId() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> same = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      HttpRequest request = request(DEPOSIT, ONE, "Idempotency-Key", "at-once");
      same.add(CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    deposited++;
    int first = 0;
    for (CompletableFuture<HttpResponse<String>> one : same) {
      HttpResponse<String> answer = one.get();
      assertThat(answer.body()).isEqualTo("{\"balance\":" + deposited + "}");
      first += answer.headers().firstValue("Idempotency-Replayed").isEmpty() ? 1 : 0;
    }
    assertThat(first).isEqualTo(1);
    refused(
        send(DEPOSIT, "{\"amount\":2}", "Idempotency-Key", "at-once"), 422, "operation-id-reused");
    refused(
        send("/v1/entities/account/victim/withdraw", ONE, "Idempotency-Key", "at-once"),
        422,
        "operation-id-reused");
  }

  @Test
  void refusesWhatDoesNotExistOrComesTooLate() throws Exception {
    refused(send("/v1/entities/acount/victim/deposit", ONE), 404, "unknown-type");
    refused(send("/v1/entities/account/victim/steal", ONE), 404, "unknown-command");
    refused(send("/v1/entities/account/nobody", null), 404, "not-found");
    refused(send("/v1/sagas/transfer/t1", null), 404, "unknown-type");
    refused(send(DEPOSIT, ONE, "Perdure-Timeout", "0ms"), 504, "deadline-exceeded");
    refused(send("/v1/entities/account/victim/crash", "{}"), 500, "decide-failed");
  }

  @Test
  void survivesFloodsOfHeadersHalfRequestsAndGarbage() throws Exception {
    StringBuilder flood = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 150; i++) {
      flood.append("X-").append(i).append(": 1\r\n");
    }
    isProblem(answerTo(flood + "\r\n"), 431, "headers-too-large");
    isProblem(
        answerTo("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1 << 16)),
        431,
        "headers-too-large");
    isProblem(answerTo("\0\1\2\3\r\n\r\n"), 400, "malformed-request");
    String head = "POST " + DEPOSIT + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    for (String half : List.of("POST /v1", head, head + "Content-Length: 12\r\n\r\n{\"amount\"")) {
      try (RawHttp peer = new RawHttp(node.apiPort())) {
        peer.send(half);
      }
    }
  }

  private static String answerTo(String request) throws Exception {
    try (RawHttp peer = new RawHttp(node.apiPort())) {
      return peer.send(request).answer().body();
    }
  }

  @Test
  void answersOthersWhileManyDribbleTheirRequests() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        slow.add(new RawHttp(node.apiPort()).send("POST " + DEPOSIT + " HTTP/1.1\r\nHost: "));
      }
      depositOne();
      for (RawHttp peer : slow) {
        isProblem(peer.answer().body(), 408, "request-timeout");
        assertThat(peer.ended()).isTrue();
      }
    } finally {
      for (RawHttp peer : slow) {
        peer.close();
      }
    }
  }
}
