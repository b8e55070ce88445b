package dev.perdure.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.fixture.ApiServer;
import dev.perdure.server.fixture.RawHttp;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that speak HTTP badly, over real sockets. */
class BadHttpTest {

  private static final String HOST = "Host: localhost\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String DEPOSIT = "POST /v1/entities/account/%s/deposit HTTP/1.1\r\n" + HOST;
  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    api = ApiServer.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static RawHttp.Answer answerTo(String request) throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      return peer.send(request).answer();
    }
  }

  private static void isProblem(RawHttp.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"", "\"status\":" + status);
    assertThat(answer.body()).doesNotContain("Exception", "io.helidon", "java.", ".java");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'GARBAGE\r\n\r\n' | 400",
        "'GET\r\n\r\n' | 400",
        "'GET /x HTTP/1.1\r\nHost localhost\r\n\r\n' | 400",
        "'GET /x HTTP/1.1\r\n\r\n' | 400",
        "'GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' | 400",
        "'GET /x HTTP/1.1\r\nHost: a b\r\n\r\n' | 400",
        "'GET /x HTTP/3.0\r\nHost: a\r\n\r\n' | 400",
        "'GET /x HTTP/1.1\nHost: a\n\n' | 400",
        "'GET /x HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n' | 400",
        "'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n' | 400",
        "'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n' | 400",
        "'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na' | 400",
        "'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n' | 400",
        "'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n' | 400",
      })
  void refusesWhatIsNotWellFormedAndCloses(String request, int status) throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      isProblem(peer.send(request).answer(), status, "malformed-request");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void refusesHttp10AndSaysWhatToUse() throws Exception {
    isProblem(answerTo("GET /x HTTP/1.0\r\n\r\n"), 505, "http-version-not-supported");
  }

  @Test
  void refusesAnUnknownTransferEncoding() throws Exception {
    isProblem(
        answerTo("POST /x HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
        400,
        "malformed-request");
  }

  @Test
  void refusesAFloodOfHeadersByNumberAndBySize() throws Exception {
    String many = "X-Header: 1\r\n".replace("X-Header", "X-%d");
    StringBuilder flood = new StringBuilder("GET /v1/entities/account/a HTTP/1.1\r\n" + HOST);
    for (int i = 0; i < 60; i++) {
      flood.append(many.formatted(i));
    }
    isProblem(answerTo(flood + "\r\n"), 431, "headers-too-large");

    String big = "X-Big: " + "a".repeat(17 << 10) + "\r\n\r\n";
    isProblem(answerTo("GET /x HTTP/1.1\r\n" + HOST + big), 431, "headers-too-large");
  }

  @Test
  void refusesARequestLineThatIsTooLong() throws Exception {
    isProblem(
        answerTo("GET /" + "a".repeat(9 << 10) + " HTTP/1.1\r\n" + HOST + "\r\n"),
        414,
        "uri-too-long");
  }

  @Test
  void refusesABodyByItsDeclaredLengthBeforeReadingIt() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      String head = DEPOSIT.formatted("big") + JSON + "Content-Length: 2000000\r\n\r\n";
      isProblem(peer.send(head).answer(), 413, "body-too-large");
    }
  }

  @Test
  void staysInStepBehindABodyThatWasNotRead() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      String body = "x".repeat(100_000);
      peer.send(DEPOSIT.formatted("s") + JSON + "Content-Length: 100000\r\n\r\n" + body);
      isProblem(peer.answer(), 413, "body-too-large");
      peer.send("GET /nothing HTTP/1.1\r\n" + HOST + "\r\n");
      isProblem(peer.answer(), 404, "unknown-route");
    }
  }

  @Test
  void closesBehindABodyThatIsTooLongToReadAway() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send(DEPOSIT.formatted("s") + JSON + "Content-Length: 20000000\r\n\r\nxxxx");
      RawHttp.Answer answer = peer.answer();
      isProblem(answer, 413, "body-too-large");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(peer.endOutput().ended()).isTrue();
    }
  }

  @Test
  void refusesChunksThatAreTooLongAltogetherOrOneByOne() throws Exception {
    String head = DEPOSIT.formatted("c") + JSON + "Transfer-Encoding: chunked\r\n\r\n";
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    isProblem(answerTo(head + chunk.repeat(5)), 413, "body-too-large");
    isProblem(answerTo(head + "7000000\r\n" + "x".repeat(200_000)), 413, "body-too-large");
  }

  @Test
  void refusesChunksThatAreNotWellFormed() throws Exception {
    String head = DEPOSIT.formatted("c") + JSON + "Transfer-Encoding: chunked\r\n\r\n";
    isProblem(answerTo(head + "zz\r\n"), 400, "malformed-request");
  }

  @Test
  void readsChunkedBodies() throws Exception {
    String head = DEPOSIT.formatted("chunked") + JSON + "Transfer-Encoding: chunked\r\n\r\n";
    RawHttp.Answer answer = answerTo(head + "5\r\n{\"amo\r\n7\r\nunt\":4}\r\n0\r\n\r\n");
    assertThat(answer.body()).isEqualTo("{\"balance\":4}");
  }

  @Test
  void tellsTheCallerToGoOnOnlyWhenItWantsTheBody() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      String head = DEPOSIT.formatted("expect") + JSON + "Expect: 100-continue\r\n";
      peer.send(head + "Content-Length: 12\r\n\r\n");
      assertThat(peer.answer().status()).isEqualTo(100);
      peer.send("{\"amount\":4}");
      assertThat(peer.answer().body()).isEqualTo("{\"balance\":4}");
      peer.send(head + "Content-Length: 9999999\r\n\r\n");
      isProblem(peer.answer(), 413, "body-too-large");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void answersRequestsThatComeAtOnceOneAfterTheOther() throws Exception {
    String one = DEPOSIT.formatted("pipe") + JSON + "Content-Length: 12\r\n\r\n{\"amount\":1}";
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send(one.repeat(3));
      assertThat(peer.answer().body()).isEqualTo("{\"balance\":1}");
      assertThat(peer.answer().body()).isEqualTo("{\"balance\":2}");
      assertThat(peer.answer().body()).isEqualTo("{\"balance\":3}");
    }
  }

  @Test
  void closesWhenThePeerAsksForIt() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send("GET /nothing HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
      assertThat(peer.answer().header("Connection")).isEqualTo("close");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void survivesHalfARequest() throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send(DEPOSIT.formatted("half") + JSON + "Content-Length: 12\r\n\r\n{\"am").endOutput();
      assertThat(peer.answer().status()).isIn(0, 400);
    }
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send("POST /v1/enti");
    }
    assertThat(api.get("/v1/entities/account/half").statusCode()).isEqualTo(404);
  }

  @Test
  void cutsAPeerThatDribblesItsHeaders() throws Exception {
    Duration soon = Duration.ofMillis(300);
    Duration late = Duration.ofSeconds(60);
    try (ApiServer impatient =
            ApiServer.start(ApiServer.impatient(soon, late, late), ApiServer.apiSettings(false));
        RawHttp peer = new RawHttp(impatient.port())) {
      peer.send("GET /v1/entities/account/a HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      RawHttp.Answer answer = peer.answer();
      isProblem(answer, 408, "request-timeout");
      assertThat(peer.ended()).isTrue();
    }
  }

  @Test
  void cutsAPeerThatDribblesItsBody() throws Exception {
    Duration soon = Duration.ofMillis(300);
    Duration late = Duration.ofSeconds(60);
    try (ApiServer impatient =
            ApiServer.start(ApiServer.impatient(soon, late, late), ApiServer.apiSettings(false));
        RawHttp peer = new RawHttp(impatient.port())) {
      peer.send(DEPOSIT.formatted("slow") + JSON + "Content-Length: 12\r\n\r\n{\"am");
      isProblem(peer.answer(), 408, "request-timeout");
      assertThat(peer.ended()).isTrue();
      assertThat(impatient.entities().seen()).isEmpty();
    }
  }

  @Test
  void closesSilentConnectionsFromTheFirstByteOn() throws Exception {
    Duration soon = Duration.ofMillis(300);
    Duration late = Duration.ofSeconds(60);
    try (ApiServer impatient =
            ApiServer.start(ApiServer.impatient(late, soon, late), ApiServer.apiSettings(false));
        RawHttp silent = new RawHttp(impatient.port());
        RawHttp once = new RawHttp(impatient.port())) {
      once.send("GET /nothing HTTP/1.1\r\n" + HOST + "\r\n");
      isProblem(once.answer(), 404, "unknown-route");
      assertThat(silent.ended()).isTrue();
      assertThat(once.ended()).isTrue();
    }
  }
}
