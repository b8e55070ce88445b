package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Delivery;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Retry;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams and subscriptions of a running node over HTTP. */
class StreamsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PATIENCE = 30_000;

  @TempDir private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  record Count(long value) {}

  record Add(long value) {}

  @Named("added")
  record Added(long value) {}

  /** Counts. */
  @Named("counter")
  static final class Counter implements Entity<Count, Add, Added> {
    @Override
    public Count initial() {
      return new Count(0);
    }

    @Override
    public Decision<Added> decide(Count state, Add command, Operation operation) {
      return Decision.accept(
          new Added(command.value()), new Count(state.value() + command.value()));
    }

    @Override
    public Count evolve(Count state, Added event) {
      return new Count(state.value() + event.value());
    }
  }

  /** Does not like thirteen. */
  @Named("superstitious")
  static final class Superstitious implements Subscription<Added> {
    @Override
    public String entity() {
      return "counter";
    }

    @Override
    public void handle(List<Delivery<Added>> batch) {
      for (Delivery<Added> one : batch) {
        if (one.event().value() == 13) {
          throw new IllegalArgumentException("thirteen");
        }
      }
    }

    @Override
    public SubscriptionOptions options() {
      return SubscriptionOptions.defaults().withRetry(Retry.never());
    }
  }

  /** The service. */
  static final class Counters implements Service {
    @Override
    public String name() {
      return "counters";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Counter());
    }

    @Override
    public List<Subscription<?>> subscriptions() {
      return List.of(new Superstitious());
    }
  }

  private Perdure start() {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new Counters());
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(int port, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private void add(Perdure node, String id, long value) throws Exception {
    String path = "/v1/entities/counter/" + id + "/add";
    assertThat(post(node.apiPort(), path, "{\"value\":" + value + "}").statusCode()).isEqualTo(200);
  }

  private JsonNode subscription(Perdure node) throws Exception {
    String body = get(node.adminPort(), "/admin/v1/subscriptions/superstitious").body();
    return JSON.readTree(body);
  }

  private void untilDead(Perdure node, int letters) throws Exception {
    for (int i = 0;
        i < PATIENCE && subscription(node).path("dead_letters").size() != letters;
        i++) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(subscription(node).path("dead_letters").size()).isEqualTo(letters);
  }

  @Test
  void readsAStreamInPagesOfCloudEvents() throws Exception {
    try (Perdure node = start()) {
      add(node, "a", 1);
      add(node, "a", 2);
      HttpResponse<String> all = get(node.apiPort(), "/v1/streams/counter");
      assertThat(all.headers().firstValue("Content-Type")).contains("application/x-ndjson");
      String[] lines = all.body().split("\n");
      assertThat(lines).hasSize(2);
      JsonNode first = JSON.readTree(lines[0]);
      assertThat(first.path("specversion").asString()).isEqualTo("1.0");
      assertThat(first.path("id").asString()).isEqualTo("counter/a/1");
      assertThat(first.path("type").asString()).isEqualTo("counter.added");
      assertThat(first.path("data").path("value").asLong()).isEqualTo(1);
      String after = first.path("position").asString();
      assertThat(get(node.apiPort(), "/v1/streams/counter?after=" + after).body())
          .isEqualTo(lines[1] + "\n");
      String end = all.headers().firstValue("Perdure-Position").orElseThrow();
      assertThat(get(node.apiPort(), "/v1/streams/counter?after=" + end).body()).isEmpty();
      assertThat(get(node.apiPort(), "/v1/streams/counter?after=latest").body()).isEmpty();
      assertThat(get(node.apiPort(), "/v1/streams/counter?after=no!").statusCode()).isEqualTo(400);
      assertThat(get(node.apiPort(), "/v1/streams/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void followsAStreamAsItHappens() throws Exception {
    try (Perdure node = start()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + node.apiPort() + "/v1/streams/counter"))
              .header("Accept", "text/event-stream")
              .build();
      HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        add(node, "a", 7);
        assertThat(next(lines, "data: ")).contains("\"id\":\"counter/a/1\"");
        add(node, "b", 8);
        assertThat(next(lines, "id: ")).isNotBlank();
        assertThat(next(lines, "data: ")).contains("\"id\":\"counter/b/1\"");
      }
    }
  }

  private static String next(BufferedReader lines, String prefix) throws IOException {
    String line = lines.readLine();
    while (!line.startsWith(prefix)) {
      line = lines.readLine();
    }
    return line.substring(prefix.length());
  }

  @Test
  void showsDeadLettersAndTakesDecisions() throws Exception {
    try (Perdure node = start()) {
      add(node, "a", 12);
      add(node, "a", 13);
      add(node, "a", 14);
      untilDead(node, 1);
      JsonNode letter = subscription(node).path("dead_letters").get(0);
      assertThat(letter.path("letter").asString()).isEqualTo("default/counter/a/2");
      assertThat(letter.path("error").asString()).isEqualTo("IllegalArgumentException: thirteen");
      String path = "/admin/v1/subscriptions/superstitious";
      int port = node.adminPort();
      assertThat(post(port, path + "/discard", "{\"letter\":\"all\"}").statusCode()).isEqualTo(422);
      String why = "{\"letter\":\"default/counter/a/2\",\"reason\":\"it is unlucky\"}";
      assertThat(post(port, path + "/discard", why).statusCode()).isEqualTo(200);
      untilDead(node, 0);
      assertThat(post(port, path + "/pause", "{\"reason\":\"to rest\"}").body())
          .contains("\"paused\":true");
      assertThat(post(port, path + "/resume", "{}").body()).contains("\"paused\":false");
      String again = "{\"to\":\"beginning\",\"reason\":\"once more\"}";
      assertThat(post(port, path + "/rewind", again).statusCode()).isEqualTo(200);
      untilDead(node, 1);
      assertThat(post(port, path + "/replay", "{\"letter\":\"all\"}").statusCode()).isEqualTo(200);
      assertThat(get(port, "/admin/v1/subscriptions/nobody").statusCode()).isEqualTo(404);
      assertThat(get(port, "/metrics").body())
          .contains("perdure_subscription_dead_letters{")
          .contains("perdure_subscription_events_total{");
    }
  }
}
