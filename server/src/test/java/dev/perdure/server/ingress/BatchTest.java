package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.server.fixture.ApiServer;
import dev.perdure.server.fixture.RawHttp;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {

  private ApiServer api;

  @BeforeEach
  void start() throws Exception {
    api = ApiServer.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<String> send(String lines) throws Exception {
    return api.send(
        api.to("/v1/entities:batch")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines)));
  }

  private List<String> answers(String lines) throws Exception {
    HttpResponse<String> answer = send(lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    return answer.body().lines().toList();
  }

  private static String deposit(String id, String rest) {
    return """
    {"type":"account","id":"%s","command":"deposit","body":{"amount":5}%s}
    """
        .formatted(id, rest);
  }

  @Test
  void answersLineByLineInOrder() throws Exception {
    List<String> answers =
        answers(
            deposit("a", "")
                + deposit("b", ",\"key\":\"k1\"")
                + deposit("a", "")
                + deposit("b", ",\"key\":\"k1\"")
                + "{\"type\":\"account\",\"id\":\"b\",\"command\":\"withdraw\",\"body\":{\"amount\":9}}");

    assertThat(answers)
        .startsWith(
            "{\"status\":200,\"version\":1,\"body\":{\"balance\":5}}",
            "{\"status\":200,\"version\":1,\"body\":{\"balance\":5}}",
            "{\"status\":200,\"version\":2,\"body\":{\"balance\":10}}",
            "{\"status\":200,\"version\":1,\"body\":{\"balance\":5},\"replayed\":true}");
    assertThat(answers).hasSize(5);
    assertThat(answers.getLast())
        .startsWith("{\"status\":409,\"version\":1,\"problem\":{")
        .contains("\"code\":\"insufficient-funds\"");
  }

  @Test
  void failsABadLineAloneAndGoesOn() throws Exception {
    String tooLong = "{\"type\":\"account\",\"id\":\"" + "x".repeat(80_000) + "\"}\n";
    List<String> answers =
        answers(
            "not json\n"
                + "{\"type\":\"account\",\"id\":\"c\"}\n"
                + "[]\n"
                + "{\"type\":\"nothing\",\"id\":\"c\",\"command\":\"deposit\"}\n"
                + "{\"type\":\"account\",\"id\":\"c\",\"command\":\"fly\"}\n"
                + "{\"type\":\"account\",\"id\":\"\",\"command\":\"close\"}\n"
                + "{\"type\":\"account\",\"id\":\"c\",\"command\":\"close\",\"other\":1}\n"
                + "{\"type\":\"account\",\"id\":\"c\",\"command\":\"close\",\"id\":\"d\"}\n"
                + "{\"type\":\"account\",\"id\":5,\"command\":\"close\"}\n"
                + "\n \r\n"
                + deposit("c", ",\"timeout\":\"soon\"")
                + deposit("c", ",\"if_match\":\"x\"")
                + deposit("c", ",\"key\":\"\"")
                + tooLong
                + deposit("c", ""));

    assertThat(answers).hasSize(14);
    assertThat(answers.stream().map(BatchTest::code))
        .containsExactly(
            "malformed-request",
            "malformed-request",
            "malformed-request",
            "unknown-type",
            "unknown-command",
            "invalid-id",
            "malformed-request",
            "malformed-request",
            "malformed-request",
            "malformed-request",
            "malformed-request",
            "malformed-request",
            "body-too-large",
            "");
  }

  private static String code(String line) {
    int at = line.indexOf("\"code\":\"");
    return at < 0 ? "" : line.substring(at + 8, line.indexOf('"', at + 8));
  }

  @Test
  void runsNothingOfAnEntityBehindALineOfItThatFailed() throws Exception {
    api.entities().plan(ProblemCode.OVERLOADED);
    List<String> answers =
        answers(deposit("d", "") + deposit("e", "") + deposit("d", "") + deposit("d", ""));

    assertThat(answers.stream().map(BatchTest::code))
        .containsExactly("overloaded", "", "predecessor", "predecessor");
    assertThat(api.get("/v1/entities/account/d").statusCode()).isEqualTo(404);
  }

  @Test
  void goesOnBehindARejection() throws Exception {
    List<String> answers =
        answers(
            "{\"type\":\"account\",\"id\":\"f\",\"command\":\"withdraw\",\"body\":{\"amount\":9}}\n"
                + deposit("f", ""));

    assertThat(answers.stream().map(BatchTest::code)).containsExactly("insufficient-funds", "");
  }

  @Test
  void knowsAnEntityByAllItsNames() throws Exception {
    api.entities().plan(command -> Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, "nobody knows"));
    List<String> answers =
        answers(deposit("g", "") + deposit("g", "").replace("\"account\"", "\"konto\""));

    assertThat(answers.stream().map(BatchTest::code))
        .containsExactly("outcome-unknown", "predecessor");
  }

  @Test
  void runsALineOnlyOnTheVersionThatItNames() throws Exception {
    List<String> answers =
        answers(
            deposit("h", "")
                + deposit("h", ",\"if_match\":1")
                + deposit("h", ",\"if_match\":\"\\\"2\\\"\"")
                + deposit("h", ",\"if_match\":\"1\""));

    assertThat(answers.stream().map(BatchTest::code))
        .containsExactly("", "", "", "version-mismatch");
    assertThat(answers.getLast()).startsWith("{\"status\":412,\"version\":3,\"problem\":");
  }

  @Test
  void takesManyMoreLinesThanItHoldsAtATime() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append(deposit("many-" + i % 100, ""));
    }
    List<String> answers = answers(lines.toString());

    assertThat(answers).hasSize(20_000);
    assertThat(answers).allMatch(line -> line.startsWith("{\"status\":200"));
    assertThat(answers.getLast()).contains("\"balance\":1000");
  }

  @Test
  void answersALineBeforeTheNextOneIsSent() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      String head = "POST /v1/entities:batch HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked";
      peer.send(head + "\r\nContent-Type: application/x-ndjson\r\n\r\n");
      chunk(peer, deposit("i", ""));
      assertThat(peer.answer().status()).isEqualTo(200);
      assertThat(peer.lineContaining("balance")).contains("\"balance\":5");
      chunk(peer, deposit("i", ""));
      assertThat(peer.lineContaining("balance")).contains("\"balance\":10");
      peer.send("0\r\n\r\n");
      assertThat(peer.lineContaining("0")).isEqualTo("0");
    }
  }

  private static void chunk(RawHttp peer, String text) throws Exception {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    peer.send(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  @Test
  void answersAnEmptyBatchWithNothing() throws Exception {
    assertThat(answers("")).isEmpty();
  }

  @Test
  void refusesABatchThatIsNotNewlineDelimitedJson() throws Exception {
    HttpResponse<String> answer = api.post("/v1/entities:batch", deposit("j", ""));
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).contains("application/x-ndjson");
    assertThat(api.get("/v1/entities:batch").statusCode()).isEqualTo(405);
  }
}
