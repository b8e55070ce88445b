package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Retry;
import dev.perdure.api.Service;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Queues of a running node over HTTP. */
class QueuesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SEND = "/v1/queues/reviews/messages";
  private static final String LEASE = "/v1/queues/reviews/lease";

  @TempDir private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  /** The service. */
  static final class Reviews implements Service {
    @Override
    public String name() {
      return "reviews";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of();
    }

    @Override
    public List<Queue> queues() {
      return List.of(
          Queue.named("reviews")
              .withRetry(new Retry(2, Duration.ZERO, 1, Duration.ZERO))
              .withMessages(5),
          Queue.named("slow").withPerSecond(0.001));
    }
  }

  private Perdure start() {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new Reviews());
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(int port, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  private static String code(HttpResponse<String> response) {
    return response.statusCode() + " " + json(response).path("code").asString("");
  }

  private static String lease(JsonNode message) {
    return "{\"lease\":\"" + message.path("lease").asString() + "\"}";
  }

  @Test
  void aMessageSurvivesARestartWithItsLeaseAndIsAckedOnce() throws Exception {
    JsonNode leased;
    String path;
    try (Perdure node = start()) {
      HttpResponse<String> sent =
          post(node.apiPort(), SEND, "{\"body\":{\"loan\":7}}", "Idempotency-Key", "loan-7");
      assertThat(sent.statusCode()).isEqualTo(201);
      path = SEND + "/" + json(sent).path("id").asString();
      HttpResponse<String> again =
          post(node.apiPort(), SEND, "{\"body\":{\"loan\":7}}", "Idempotency-Key", "loan-7");
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
      assertThat(json(again)).isEqualTo(json(sent));
      leased = json(post(node.apiPort(), LEASE, "{}")).path("messages").path(0);
      assertThat(leased.path("body").path("loan").asInt()).isEqualTo(7);
      assertThat(leased.path("attempt").asInt()).isEqualTo(1);
    }
    try (Perdure node = start()) {
      assertThat(json(post(node.apiPort(), LEASE, "{}")).path("messages").size()).isZero();
      assertThat(json(get(node.apiPort(), path)).path("state").asString()).isEqualTo("leased");
      HttpResponse<String> acked = post(node.apiPort(), path + "/ack", lease(leased));
      assertThat(acked.statusCode()).as(acked.body()).isEqualTo(200);
      assertThat(json(acked).path("state").asString()).isEqualTo("done");
      // who did not hear of it may say it again; somebody else may not
      assertThat(post(node.apiPort(), path + "/ack", lease(leased)).statusCode()).isEqualTo(200);
      assertThat(code(post(node.apiPort(), path + "/ack", "{\"lease\":\"other\"}")))
          .isEqualTo("409 lease-lost");
    }
  }

  private JsonNode send(Perdure node, String body) throws Exception {
    HttpResponse<String> sent = post(node.apiPort(), SEND, body);
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
    return json(sent);
  }

  private JsonNode leased(Perdure node, String wanted) throws Exception {
    HttpResponse<String> leased = post(node.apiPort(), LEASE, wanted);
    assertThat(leased.statusCode()).as(leased.body()).isEqualTo(200);
    return json(leased).path("messages");
  }

  @Test
  void aWorkerWaitsExtendsGivesBackAndIsRefusedWhenItIsLate() throws Exception {
    try (Perdure node = start()) {
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      send(node, "{\"body\":1,\"priority\":0,\"delay\":\"50ms\"}");
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      String wanted = "{\"max\":5,\"lease\":\"10m\",\"wait\":\"25s\",\"worker\":\"w1\"}";
      JsonNode first = leased(node, wanted).path(0);
      sender.join();
      assertThat(first.path("body").asInt()).isEqualTo(1);
      String path = SEND + "/" + first.path("id").asString();
      String token = first.path("lease").asString();
      HttpResponse<String> longer =
          post(
              node.apiPort(),
              path + "/extend",
              "{\"lease\":\"" + token + "\",\"time\":\"20m\"}");
      assertThat(json(longer).path("until").asString())
          .isGreaterThan(first.path("until").asString());
      assertThat(json(longer).path("worker").asString()).isEqualTo("w1");
      String back = "{\"lease\":\"" + token + "\",\"reason\":\"busy\",\"delay\":\"0ms\"}";
      assertThat(json(post(node.apiPort(), path + "/nack", back)).path("state").asString())
          .isEqualTo("ready");
      assertThat(code(post(node.apiPort(), path + "/ack", lease(first))))
          .isEqualTo("409 lease-lost");
      assertThat(leased(node, wanted).path(0).path("attempt").asInt()).isEqualTo(2);
    }
  }

  @Test
  void tenantsSeeTheirOwnUnlessAWorkerServesAll() throws Exception {
    try (Perdure node = start()) {
      post(node.apiPort(), SEND, "{\"body\":\"a\"}", "Perdure-Tenant", "a");
      post(node.apiPort(), SEND, "{\"body\":\"b\"}", "Perdure-Tenant", "b");
      assertThat(leased(node, "{\"max\":9}").size()).isZero();
      JsonNode both = leased(node, "{\"max\":9,\"all_tenants\":true}");
      assertThat(both.size()).isEqualTo(2);
      for (JsonNode one : both) {
        String path = SEND + "/" + one.path("id").asString() + "/ack";
        assertThat(code(post(node.apiPort(), path, lease(one)))).isEqualTo("404 not-found");
        String tenant = one.path("tenant").asString();
        assertThat(
                post(node.apiPort(), path, lease(one), "Perdure-Tenant", tenant).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void refusalsSayWhatToDo() throws Exception {
    try (Perdure node = start()) {
      int port = node.apiPort();
      for (int i = 0; i < 5; i++) {
        send(node, "{\"body\":" + i + "}");
      }
      HttpResponse<String> full = post(port, SEND, "{\"body\":9}");
      assertThat(code(full)).isEqualTo("429 queue-full");
      assertThat(full.headers().firstValue("Retry-After")).isPresent();
      String slow = "/v1/queues/slow";
      post(port, slow + "/messages", "{\"body\":1}");
      post(port, slow + "/messages", "{\"body\":2}");
      assertThat(json(post(port, slow + "/lease", "{}")).path("messages").size()).isEqualTo(1);
      HttpResponse<String> limited = post(port, slow + "/lease", "{}");
      assertThat(code(limited)).isEqualTo("429 queue-limited");
      assertThat(Integer.parseInt(limited.headers().firstValue("Retry-After").orElse("0")))
          .isBetween(900, 1_001);
      assertThat(code(post(port, "/v1/queues/none/lease", "{}"))).isEqualTo("404 unknown-queue");
      assertThat(code(post(port, SEND, "{}"))).isEqualTo("422 invalid-body");
      assertThat(code(post(port, SEND, "{\"body\":1,\"priority\":8}")))
          .isEqualTo("422 invalid-body");
      assertThat(code(post(port, SEND, "{\"body\":1,\"delay\":\"soon\"}")))
          .isEqualTo("422 invalid-body");
      assertThat(code(post(port, SEND, "{\"body\":1,\"color\":1}")))
          .isEqualTo("422 invalid-body");
      assertThat(code(post(port, LEASE, "{\"max\":101}"))).isEqualTo("422 invalid-body");
      assertThat(code(post(port, LEASE, "{\"lease\":\"2h\"}"))).isEqualTo("422 invalid-body");
      assertThat(code(post(port, SEND, "{\"body\":\"" + "x".repeat(70_000) + "\"}")))
          .isEqualTo("413 body-too-large");
      assertThat(code(get(port, SEND + "/none"))).isEqualTo("404 not-found");
      assertThat(code(get(port, SEND + "/%00"))).isEqualTo("400 invalid-id");
      assertThat(code(post(port, SEND + "/none/ack", "{}"))).isEqualTo("422 invalid-body");
      assertThat(code(post(port, SEND + "/none/fly", "{}"))).isEqualTo("404 unknown-route");
      assertThat(get(port, SEND).statusCode()).isEqualTo(405);
      // messages are no entities, and in no stream
      assertThat(code(get(port, "/v1/entities/perdure.message/reviews%2Fx")))
          .isEqualTo("404 unknown-type");
      assertThat(json(get(port, "/openapi.json")).path("paths").has(LEASE)).isTrue();
    }
  }

  @Test
  void peopleDecideAboutDeadLettersOnTheAdminPort() throws Exception {
    String queue = "/admin/v1/queues/reviews";
    try (Perdure node = start()) {
      for (int i = 0; i < 3; i++) {
        String id = send(node, "{\"body\":" + i + "}").path("id").asString();
        String token = leased(node, "{}").path(0).path("lease").asString();
        String dead = "{\"lease\":\"" + token + "\",\"reason\":\"broken\",\"dead\":true}";
        HttpResponse<String> given = post(node.apiPort(), SEND + "/" + id + "/nack", dead);
        assertThat(json(given).path("state").asString()).isEqualTo("dead");
      }
      int admin = node.adminPort();
      JsonNode page = json(get(admin, queue + "/dead?limit=2"));
      assertThat(page.path("messages").size()).isEqualTo(2);
      assertThat(page.path("messages").path(0).path("error").asString()).isEqualTo("broken");
      String next = page.path("next").asString();
      assertThat(json(get(admin, queue + "/dead?after=" + next)).path("messages").size())
          .isEqualTo(1);
      String one = page.path("messages").path(0).path("id").asString();
      assertThat(code(post(admin, queue + "/replay", "{\"message\":\"" + one + "\"}")))
          .isEqualTo("422 invalid-body");
      String mended = "\",\"reason\":\"mended\"}";
      HttpResponse<String> replayed =
          post(admin, queue + "/replay", "{\"message\":\"" + one + mended);
      assertThat(json(replayed).path("state").asString()).isEqualTo("ready");
      assertThat(code(post(admin, queue + "/replay", "{\"message\":\"" + one + mended)))
          .isEqualTo("409 message-not-dead");
      JsonNode all = json(post(admin, queue + "/discard", "{\"message\":\"all" + mended));
      assertThat(all.path("decided").asInt()).isEqualTo(2);
      assertThat(json(get(admin, queue)).path("messages_max").asInt()).isEqualTo(5);
      assertThat(json(get(admin, "/admin/v1/queues")).path("queues").size()).isEqualTo(2);
      String metrics = get(admin, "/metrics").body();
      assertThat(metrics)
          .contains("perdure_queue_messages{queue=\"reviews\"")
          .contains("perdure_queue_died_total{queue=\"reviews\"")
          .contains("perdure_queue_oldest_ready_seconds{queue=\"reviews\"");
    }
  }
}
