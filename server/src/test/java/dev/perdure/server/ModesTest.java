package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Capability;
import dev.perdure.api.Decision;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.watch.Bounds;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.config.WatchKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The mode of a running node over HTTP: what callers are told, and what operators force. */
class ModesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long PATIENCE_NS = 60_000_000_000L;

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
    public List<Capability> capabilities() {
      return List.of(
          Capability.critical("counting")
              .needs(Capability.JOURNAL)
              .covers("counter")
              .degraded(Degraded.disabled("count on your fingers")));
    }
  }

  private Perdure start(ServerConfig config) {
    return Perdure.start(
        config
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new Counters());
  }

  private HttpResponse<String> send(String method, int port, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (body.isEmpty()) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .method(method, BodyPublishers.ofString(body))
          .header("Content-Type", "application/json");
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> add(Perdure node) throws IOException, InterruptedException {
    return send("POST", node.apiPort(), "/v1/entities/counter/a/add", "{\"value\":1}");
  }

  private HttpResponse<String> decide(Perdure node, String path, String body)
      throws IOException, InterruptedException {
    return send("POST", node.adminPort(), "/admin/v1/mode" + path, body);
  }

  private JsonNode mode(Perdure node) throws IOException, InterruptedException {
    return JSON.readTree(send("GET", node.adminPort(), "/admin/v1/mode", "").body());
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void saysWhatItNoticesOfItself() throws Exception {
    ServerConfig config =
        ServerConfig.defaults()
            .with(WatchKeys.FORCE_MAX, Duration.ofMillis(7))
            .with(WatchKeys.ANOMALY_INTERVAL, Duration.ofSeconds(1));
    try (Perdure node = start(config)) {
      JsonNode all = mode(node);
      assertThat(all.path("acts").asBoolean()).isTrue();
      assertThat(all.path("signs").valueStream().map(one -> one.path("name").asString("")))
          .containsExactly(
              "disk", "pauses", "loop", "queue", "clock", "peer", "leak", "exhaustion");
      assertThat(all.path("anomaly").path("stands").asBoolean(true)).isFalse();
      assertThat(node.node().watch().bounds().force()).isEqualTo(Duration.ofMillis(7));
      String metrics = send("GET", node.adminPort(), "/metrics", "").body();
      assertThat(metrics)
          .contains("perdure_watch_stands{sign=\"disk\"}")
          .contains("perdure_watch_used_ratio{resource=\"file descriptors\"}")
          .contains("perdure_watch_force_seconds{quantile=\"0.99\"}")
          .contains("perdure_anomaly_stands 0.0")
          .contains("perdure_anomaly_actions_total{action=\"brownout\"} 0.0");
      until(() -> Objects.requireNonNull(node.view().anomalies()).view().samples() > 1);
    }
  }

  @Test
  void aSignThatStandsIsShownToCallersAndOperators() throws Exception {
    try (Perdure node = start(ServerConfig.defaults())) {
      node.node().watch().bounds(Bounds.defaults().withThreads(1));
      until(() -> node.node().modes().state().mode() == Mode.BROWNOUT);
      assertThat(add(node).headers().firstValue("Perdure-Mode")).contains("brownout");
      JsonNode all = mode(node);
      assertThat(all.path("why").asString("")).contains("exhaustion").contains("threads");
      JsonNode sign =
          all.path("signs")
              .valueStream()
              .filter(one -> one.path("name").asString("").equals("exhaustion"))
              .findFirst()
              .orElseThrow();
      assertThat(sign.path("stands").asBoolean()).isTrue();
      assertThat(sign.path("raised").asInt()).isEqualTo(1);
      assertThat(sign.path("acts").get(0).asString("")).isEqualTo("brownout");
      node.node().watch().bounds(Bounds.defaults());
      until(() -> node.node().modes().state().mode() == Mode.NORMAL);
    }
  }

  @Test
  void aNormalNodeSaysNothingOfIt() throws Exception {
    try (Perdure node = start(ServerConfig.defaults())) {
      HttpResponse<String> added = add(node);
      assertThat(added.statusCode()).isEqualTo(200);
      assertThat(added.headers().firstValue("Perdure-Mode")).isEmpty();
      JsonNode mode = mode(node);
      assertThat(mode.path("mode").asString()).isEqualTo("normal");
      JsonNode counting = mode.path("capabilities").path(0);
      assertThat(counting.path("name").asString()).isEqualTo("counting");
      assertThat(counting.path("criticality").asString()).isEqualTo("critical");
      assertThat(counting.path("degraded").asBoolean()).isFalse();
      assertThat(counting.path("degraded_form").asString()).contains("fingers");
      String metrics = send("GET", node.adminPort(), "/metrics", "").body();
      assertThat(metrics)
          .contains("perdure_mode{mode=\"normal\"} 1.0")
          .contains("perdure_capability_degraded{capability=\"counting\"} 0.0");
    }
  }

  @Test
  void aForcedCapabilityIsRefusedAtTheDoorUntilItIsReleased() throws Exception {
    try (Perdure node = start(ServerConfig.defaults())) {
      assertThat(decide(node, "/capabilities/nothing/force", "{\"reason\":\"x\"}").statusCode())
          .isEqualTo(404);
      assertThat(decide(node, "/capabilities/counting/force", "{}").statusCode()).isEqualTo(422);
      assertThat(decide(node, "/capabilities/counting/shout", "{\"reason\":\"x\"}").statusCode())
          .isEqualTo(404);
      assertThat(
              decide(node, "/capabilities/counting/force", "{\"reason\":\"the books are open\"}")
                  .statusCode())
          .isEqualTo(200);

      HttpResponse<String> refused = add(node);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(JSON.readTree(refused.body()).path("code").asString())
          .isEqualTo("capability-degraded");
      assertThat(refused.body()).contains("the books are open").contains("fingers");
      assertThat(refused.body()).doesNotContain("by operator");
      assertThat(send("GET", node.apiPort(), "/v1/entities/counter/a", "").statusCode())
          .isEqualTo(404); // it may be looked at
      until(() -> node.node().modes().state().mode().text().equals("brownout"));
      assertThat(add(node).headers().firstValue("Perdure-Mode")).contains("brownout");

      assertThat(
              decide(node, "/capabilities/counting/release", "{\"reason\":\"done\"}").statusCode())
          .isEqualTo(200);
      assertThat(add(node).statusCode()).isEqualTo(200);
      until(() -> node.node().modes().state().mode().text().equals("normal"));
    }
  }

  @Test
  void aForcedModeRefusesWritesAndServesReads() throws Exception {
    try (Perdure node = start(ServerConfig.defaults())) {
      assertThat(add(node).statusCode()).isEqualTo(200);
      assertThat(decide(node, "/force", "{\"mode\":\"normal\",\"reason\":\"x\"}").statusCode())
          .isEqualTo(422);
      assertThat(
              decide(node, "/force", "{\"mode\":\"read-only\",\"reason\":\"an audit\"}")
                  .statusCode())
          .isEqualTo(200);
      HttpResponse<String> refused = add(node);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("read-only").contains("an audit");
      assertThat(refused.headers().firstValue("Perdure-Mode")).contains("read-only");
      assertThat(send("GET", node.apiPort(), "/v1/entities/counter/a", "").statusCode())
          .isEqualTo(200);
      assertThat(mode(node).path("forced").asBoolean()).isTrue();
      assertThat(decide(node, "/release", "{\"reason\":\"over\"}").statusCode()).isEqualTo(200);
      assertThat(add(node).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void thePoliciesOfDependenciesAreReadAgainAndMistakesChangeNothing() throws Exception {
    Path file = directory.resolve("dependencies.yaml");
    Files.writeString(file, "dependencies:\n  bank: {deadline: {attempt: 2s}}\n");
    try (Perdure node =
        start(ServerConfig.defaults().with(Keys.DEPENDENCIES_FILE, List.of(file)))) {
      assertThat(attempt(node)).isEqualTo(Duration.ofSeconds(2));
      Files.writeString(file, "dependencies:\n  bank: {deadline: {attempt: 1s}, breeker: {}}\n");
      LockSupport.parkNanos(3_000_000_000L);
      assertThat(attempt(node)).isEqualTo(Duration.ofSeconds(2));
      Files.writeString(file, "dependencies:\n  bank: {deadline: {attempt: 1s}}\n");
      until(() -> attempt(node).equals(Duration.ofSeconds(1)));
    }
    Files.writeString(file, "dependencies:\n  bank: {breeker: {}}\n");
    assertThatThrownBy(
            () -> start(ServerConfig.defaults().with(Keys.DEPENDENCIES_FILE, List.of(file))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("breeker");
  }

  @Test
  void whatHasNoEffectInANodeIsAMistake() throws Exception {
    Path file = directory.resolve("dependencies.yaml");
    for (String one : List.of("retry: {attempts: 5}", "fallback: {stale: {max-staleness: 1m}}")) {
      Files.writeString(file, "dependencies:\n  bank: {" + one + "}\n");
      assertThatThrownBy(
              () -> start(ServerConfig.defaults().with(Keys.DEPENDENCIES_FILE, List.of(file))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(
              "bank: '" + one.substring(0, one.indexOf(':')) + "' has no effect in a node");
    }
  }

  private static Duration attempt(Perdure node) {
    return node.node().modes().outside().within("bank", Duration.ofHours(1));
  }
}
