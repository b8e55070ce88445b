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
}
