package dev.perdure.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.admission.Quota;
import dev.perdure.server.fixture.ApiServer;
import dev.perdure.server.fixture.RawHttp;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdmissionOverHttpTest {

  private static final String DEPOSIT = "/v1/entities/account/a/deposit";
  private static final String ONE = "{\"amount\":1}";
  private static final long MS = 1_000_000;

  private static Gate gate(int limit, Quota otherwise) {
    return new Gate(
        new Gate.Settings(true, Duration.ofSeconds(5), limit, limit, 100, otherwise, Map.of()),
        Clock.system());
  }

  /** Commands that wait until they are let go. */
  private static final class Held implements Function<EntityCommand, Outcome> {
    private final CountDownLatch go = new CountDownLatch(1);

    @Override
    public Outcome apply(EntityCommand command) {
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new Outcome.Done(1, "{}".getBytes(StandardCharsets.UTF_8), false);
    }
  }

  private static CompletableFuture<HttpResponse<String>> begin(ApiServer api) {
    CompletableFuture<HttpResponse<String>> answer = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            answer.complete(api.post(DEPOSIT, ONE, "Priority", "u=0"));
          } catch (Exception e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  @Test
  void overItsRateATenantIsToldSoWithTheTimeToComeAgain() throws Exception {
    try (ApiServer api = ApiServer.start(gate(100, new Quota(1, 2, 0, 0, 0)))) {
      HttpResponse<String> first = api.post(DEPOSIT, ONE);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"tenant\";q=2;w=2");
      assertThat(first.headers().firstValue("RateLimit")).hasValue("\"tenant\";r=1;t=1");
      api.post(DEPOSIT, ONE);
      HttpResponse<String> third = api.post(DEPOSIT, ONE);
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(third.headers().firstValue("RateLimit")).hasValue("\"tenant\";r=0;t=2");
      JsonNode problem = JsonMapper.shared().readTree(third.body());
      assertThat(problem.get("code").asString()).isEqualTo("quota-exceeded");
      assertThat(problem.get("detail").asString()).contains("'default' may send 1 requests");
      assertThat(api.entities().seen()).hasSize(2);
      assertThat(api.post(DEPOSIT, ONE, "Perdure-Tenant", "other").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatIsOverTheLimitIsRefusedBeforeItsBodyIsRead() throws Exception {
    Gate gate = gate(1, Quota.NONE);
    try (ApiServer api = ApiServer.start(gate)) {
      Held held = new Held();
      api.entities().plan(held);
      CompletableFuture<HttpResponse<String>> first = begin(api);
      await(() -> gate.figures().underWay() == 1);
      HttpResponse<String> second = api.post(DEPOSIT, "this is not JSON");
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.body()).contains("\"code\":\"overloaded\"");
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
      assertThat(api.get("/openapi.json").statusCode()).isEqualTo(200);
      held.go.countDown();
      assertThat(first.join().statusCode()).isEqualTo(200);
      await(() -> gate.figures().underWay() == 0);
      assertThat(api.post(DEPOSIT, ONE).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void requestsWhoseBodiesNeverComeHoldNobodyUp() throws Exception {
    Gate gate = gate(2, Quota.NONE);
    List<RawHttp> peers = new ArrayList<>();
    try (ApiServer api = ApiServer.start(gate)) {
      for (int i = 0; i < 20; i++) {
        RawHttp peer = new RawHttp(api.port());
        peers.add(peer);
        peer.send(
            "POST "
                + DEPOSIT
                + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Perdure-Tenant: slow\r\nContent-Length: 12\r\n\r\n{\"am");
      }
      await(() -> gate.figures().tenants() > 0);
      for (int i = 0; i < 20; i++) {
        assertThat(api.post(DEPOSIT, ONE).statusCode()).isEqualTo(200);
      }
    } finally {
      for (RawHttp peer : peers) {
        peer.close();
      }
    }
  }

  /** Sends a deposit, its last bytes only when the gate has seen it for a while. */
  private static RawHttp.Answer dribbled(ApiServer api, Gate gate, String timeout)
      throws Exception {
    try (RawHttp peer = new RawHttp(api.port())) {
      peer.send(
          "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".formatted(DEPOSIT)
              + "Perdure-Timeout: %s\r\nContent-Length: 12\r\n\r\n{\"am".formatted(timeout));
      await(() -> gate.figures().tenants() == 1);
      long seenNs = Clock.system().monotonicNs();
      await(() -> Clock.system().monotonicNs() - seenNs > 300 * MS);
      return peer.send("ount\":1}").answer();
    }
  }

  @Test
  void theTimeInWhichABodyComesIsItsCallersTime() throws Exception {
    Gate gate = gate(100, Quota.NONE);
    try (ApiServer api = ApiServer.start(gate)) {
      RawHttp.Answer late = dribbled(api, gate, "250ms");
      assertThat(late.body()).contains("\"code\":\"deadline-exceeded\"", "its time is 250 ms");
      assertThat(late.status()).isEqualTo(504);
      assertThat(api.entities().seen()).isEmpty();
      await(() -> gate.figures().underWay() == 0);
    }
  }

  @Test
  void aDeadlineCountsFromTheArrivalOfTheHeaders() throws Exception {
    Gate gate = gate(100, Quota.NONE);
    try (ApiServer api = ApiServer.start(gate)) {
      assertThat(dribbled(api, gate, "20s").status()).isEqualTo(200);
      long answeredNs = Clock.system().monotonicNs();
      assertThat(api.entities().seen().getFirst().context().deadlineNs())
          .isLessThan(answeredNs + 20_000 * MS - 300 * MS);
    }
  }

  @Test
  void thePriorityOfTheHeaderGoesAlongWithTheCommand() throws Exception {
    try (ApiServer api = ApiServer.start(gate(100, new Quota(0, 0, 0, 0, 1)))) {
      api.post(DEPOSIT, ONE);
      api.post(DEPOSIT, ONE, "Priority", "u=6, i");
      api.post(DEPOSIT, ONE, "Priority", "u=0");
      api.post(DEPOSIT, ONE, "Priority", "urgent!");
      List<Integer> urgencies =
          api.entities().seen().stream().map(command -> command.context().urgency()).toList();
      assertThat(urgencies).containsExactly(3, 6, 1, 3);
    }
  }

  @Test
  void linesOfABatchThatAreOverTheRateFailAlone() throws Exception {
    try (ApiServer api = ApiServer.start(gate(100, new Quota(1, 2, 0, 0, 0)))) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        lines.append(
            "{\"type\":\"account\",\"id\":\"b%d\",\"command\":\"deposit\",\"body\":{\"amount\":1}}\n"
                .formatted(i));
      }
      List<String> answers =
          api.send(
                  api.to("/v1/entities:batch")
                      .header("Content-Type", "application/x-ndjson")
                      .POST(HttpRequest.BodyPublishers.ofString(lines.toString())))
              .body()
              .lines()
              .toList();
      assertThat(answers).hasSize(4);
      assertThat(answers.subList(0, 2)).allMatch(line -> line.contains("\"status\":200"));
      assertThat(answers.subList(2, 4)).allMatch(line -> line.contains("quota-exceeded"));
    }
  }

  @Test
  void failuresAndMalformedRequestsLeaveNothingUnderWay() throws Exception {
    Gate gate = gate(10, Quota.NONE);
    try (ApiServer api = ApiServer.start(gate)) {
      for (int i = 0; i < 30; i++) {
        api.post(DEPOSIT, "{");
        api.post("/v1/entities/account/a/crash", "{}");
        api.post(DEPOSIT, ONE, "Perdure-Timeout", "soon");
      }
      await(() -> gate.figures().underWay() == 0);
      assertThat(api.post(DEPOSIT, ONE).statusCode()).isEqualTo(200);
    }
  }

  private static void await(BooleanSupplier condition) {
    long untilNs = Clock.system().monotonicNs() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(Clock.system().monotonicNs()).isLessThan(untilNs);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
