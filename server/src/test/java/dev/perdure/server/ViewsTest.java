package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import dev.perdure.api.ViewIndex;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Views of a running node over HTTP. */
class ViewsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

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
      return Decision.accept(new Added(command.value()), null);
    }

    @Override
    public Count evolve(Count state, Added event) {
      return new Count(state.value() + event.value());
    }
  }

  /** What counters say; thirteen is not spoken of. */
  @Named("counts")
  static final class Counts implements View<Count, Counts.Row> {
    record Row(long value, String sign) {}

    @Override
    public String entity() {
      return "counter";
    }

    @Override
    public Optional<Row> row(String id, Count state) {
      if (state.value() == 13) {
        throw new IllegalArgumentException("thirteen");
      }
      return state.value() == 0
          ? Optional.empty()
          : Optional.of(new Row(state.value(), state.value() < 0 ? "minus" : "plus"));
    }

    @Override
    public List<ViewIndex> indexes() {
      return List.of(ViewIndex.on("value"), ViewIndex.on("sign", "value"));
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
    public List<View<?, ?>> views() {
      return List.of(new Counts());
    }
  }

  private Perdure start() {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.SHARDS, 2)
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new Counters());
  }

  private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(int port, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** Gives the version that it has then. */
  private String add(Perdure node, String id, long value) throws Exception {
    HttpResponse<String> done =
        post(node.apiPort(), "/v1/entities/counter/" + id + "/add", "{\"value\":" + value + "}");
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    return done.headers().firstValue("ETag").orElseThrow().replace("\"", "");
  }

  private JsonNode rows(Perdure node, String query) throws Exception {
    HttpResponse<String> answer = get(node.apiPort(), "/v1/views/counts?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> ids(JsonNode page) {
    List<String> ids = new ArrayList<>();
    page.path("rows").forEach(row -> ids.add(row.path("id").asString()));
    return ids;
  }

  @Test
  void findsRowsByFieldAndRangeAndShowsAWriterItsOwnWritesAcrossARestart() throws Exception {
    String last;
    try (Perdure node = start()) {
      for (int i = -20; i <= 20; i++) {
        add(node, "c" + (i + 20), i);
      }
      last = add(node, "c0", -5);
      JsonNode all = rows(node, "value.lt=0&limit=1000&covers=counter/c0/" + last);
      assertThat(ids(all)).hasSize(20).startsWith("c0", "c1", "c2").endsWith("c19");
      JsonNode first = all.path("rows").get(0);
      assertThat(first.path("version").asLong()).isEqualTo(2);
      assertThat(first.path("fields").toString()).isEqualTo("{\"value\":-25,\"sign\":\"minus\"}");
      assertThat(ids(rows(node, "sign=plus&value.gt=1&value.le=4&order=-value")))
          .containsExactly("c24", "c23", "c22");
      assertThat(ids(rows(node, "id.ge=c38&id.lt=c4"))).containsExactly("c38", "c39");
    }
    try (Perdure node = start()) {
      JsonNode again = rows(node, "value.lt=0&limit=1000&covers=counter/c0/" + last);
      assertThat(ids(again)).hasSize(20);
      String position = again.path("position").asString();
      assertThat(ids(rows(node, "value=7&after=" + position))).containsExactly("c27");
    }
  }

  @Test
  void goesOnPageByPageWithinATenantAndTellsWhereItStands() throws Exception {
    try (Perdure node = start()) {
      for (int i = 1; i <= 10; i++) {
        add(node, "c" + i, i * 2L);
      }
      add(node, "odd", 13);
      String version = add(node, "odd", 0);
      assertThat(ids(rows(node, "covers=counter/odd/" + version))).hasSize(10);
      List<String> seen = new ArrayList<>();
      String page = "";
      do {
        JsonNode one = rows(node, "limit=3&order=-value" + page);
        seen.addAll(ids(one));
        page = one.has("next") ? "&page=" + one.path("next").asString() : "";
      } while (!page.isEmpty());
      assertThat(seen).containsExactly("c10", "c9", "c8", "c7", "c6", "c5", "c4", "c3", "c2", "c1");
      HttpResponse<String> other =
          get(node.apiPort(), "/v1/views/counts", "Perdure-Tenant", "other");
      assertThat(JSON.readTree(other.body()).path("rows").isEmpty()).isTrue();
      assertThat(other.headers().firstValue("Perdure-Position")).isPresent();

      JsonNode all = JSON.readTree(get(node.adminPort(), "/admin/v1/views").body());
      assertThat(all.path("views").get(0).path("rows").asLong()).isEqualTo(10);
      JsonNode one = JSON.readTree(get(node.adminPort(), "/admin/v1/views/counts").body());
      assertThat(one.path("failures").get(0).path("error").asString())
          .isEqualTo("IllegalArgumentException: thirteen");
      assertThat(one.path("indexes").toString())
          .isEqualTo("[[\"id\"],[\"value\",\"id\"],[\"sign\",\"value\",\"id\"]]");
      assertThat(post(node.adminPort(), "/admin/v1/views/counts/rebuild", "{}").statusCode())
          .isEqualTo(200);
      assertThat(get(node.adminPort(), "/metrics").body())
          .contains("perdure_view_lag{", "perdure_view_lag_seconds{", "perdure_view_rows{")
          .contains("perdure_view_rebuilding{", "perdure_view_failed_entities{");
      assertThat(get(node.apiPort(), "/openapi.json").body())
          .contains("/v1/views/counts", "value.lt", "CountsRow");
    }
  }

  @Test
  void refusesWhatItCannotAnswer() throws Exception {
    try (Perdure node = start()) {
      add(node, "a", 1);
      for (String wrong :
          List.of(
              "colour=red",
              "value.like=1",
              "value=much",
              "value.lt=1&order=sign",
              "limit=0",
              "limit=1001",
              "page=x",
              "after=no!",
              "covers=counter/a",
              "covers=account/a/1",
              "value.null=no",
              "value=1&value=2")) {
        HttpResponse<String> answer = get(node.apiPort(), "/v1/views/counts?" + wrong);
        assertThat(answer.statusCode()).as(wrong + answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("malformed-request");
      }
      assertThat(get(node.apiPort(), "/v1/views/nothing").statusCode()).isEqualTo(404);
      assertThat(get(node.adminPort(), "/admin/v1/views/nothing").statusCode()).isEqualTo(404);
      assertThat(post(node.apiPort(), "/v1/views/counts", "{}").statusCode()).isEqualTo(405);
      HttpResponse<String> early =
          get(node.apiPort(), "/v1/views/counts?covers=counter/a/9", "Perdure-Timeout", "50ms");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.body()).contains("view-behind");
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
    }
  }
}
