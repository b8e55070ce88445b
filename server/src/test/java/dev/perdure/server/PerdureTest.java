package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.StartException;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import dev.perdure.server.fixture.RawHttp;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerdureTest {

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private ServerConfig config() {
    return ServerConfig.defaults()
        .with(Keys.DATA_DIR, folder.resolve("data"))
        .with(Keys.API_PORT, 0)
        .with(Keys.ADMIN_PORT, 0);
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(Perdure perdure, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + perdure.apiPort() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> deposit(Perdure perdure, String key) throws Exception {
    URI uri =
        URI.create("http://127.0.0.1:" + perdure.apiPort() + "/v1/entities/account/a/deposit");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":7}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private int finalizeAs(Perdure perdure, String type) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + perdure.adminPort() + "/admin/v1/cluster/finalize");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  @Test
  void keepsWhatItAnsweredAndSaysWhenItIsReady() throws Exception {
    try (Perdure perdure = Perdure.start(config(), new Account.Bank())) {
      assertThat(deposit(perdure, "k1").body()).isEqualTo("{\"balance\":7}");
      assertThat(get(perdure.adminPort(), "/readyz").statusCode()).isEqualTo(200);
      assertThat(get(perdure.adminPort(), "/livez").body()).isEqualTo("ok\n");
      assertThat(get(perdure.adminPort(), "/startupz?verbose").body())
          .contains("\"status\":\"ok\"", "\"state\":\"READY\"");
      assertThat(get(perdure.adminPort(), "/metrics").body())
          .contains(
              "perdure_commands_total{outcome=\"accepted\",shard=\"0\"} 1.0",
              "http_server_request_duration_seconds_count{http_request_method=\"POST\","
                  + "http_response_status_code=\"200\","
                  + "http_route=\"/v1/entities/{type}/{id}/{command}\"} 1",
              "jvm_threads_current");
      assertThat(finalizeAs(perdure, "text/plain")).isEqualTo(415);
      assertThat(finalizeAs(perdure, "application/json")).isEqualTo(200);
      assertThat(get(perdure.adminPort(), "/admin/v1/shards").body())
          .contains("\"role\":\"LEADER\"", "\"commands_accepted\":1");
      assertThat(get(perdure.adminPort(), "/admin/v1/config").body())
          .contains("{\"key\":\"api.port\",\"value\":\"0\",\"default\":\"7400\"");
    }
    try (Perdure perdure = Perdure.start(config(), new Account.Bank())) {
      HttpResponse<String> again = deposit(perdure, "k1");
      assertThat(again.body()).isEqualTo("{\"balance\":7}");
      assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
      assertThat(get(perdure.apiPort(), "/v1/entities/account/a").body())
          .isEqualTo("{\"balance\":7}");
    }
  }

  @Test
  void tellsCallersWhereToGoAndRejectsWhatTheClustersRulesRefuse() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ServerConfig config =
        config()
            .with(Keys.CLUSTER, true)
            .with(Keys.CLUSTER_ADDRESS, "127.0.0.1:" + port)
            .with(Keys.SHARDS, 2);
    try (Perdure perdure = Perdure.start(config, new Account.Bank())) {
      assertThat(get(perdure.apiPort(), "/v1/cluster").body())
          .contains("\"tenant\":\"default\"")
          .contains("\"api\":\"http://127.0.0.1:" + perdure.apiPort() + "\"")
          .contains("{\"shard\":1,\"slots\":[[2048,4095]],\"leader\":");
      HttpResponse<String> answer = deposit(perdure, "k1");
      assertThat(answer.headers().firstValue("Perdure-Map")).isPresent();
      assertThat(answer.headers().firstValue("Perdure-Forwarded")).isEmpty();

      URI admin = URI.create("http://127.0.0.1:" + perdure.adminPort() + "/admin/v1/cluster/");
      HttpRequest request =
          HttpRequest.newBuilder(admin.resolve("replicas/2"))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> refused = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body())
          .contains("\"detail\":\"Replicas must be an odd number from 1 to 7, not 2.\"")
          .contains("\"code\":\"bad-replicas\"");
    }
  }

  @Test
  void saysInOneLineWhyItCannotStart() throws Exception {
    assertThatThrownBy(() -> Perdure.start(config()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("no service");
    assertThatThrownBy(
            () ->
                Perdure.start(
                    config().with(Keys.DATA_DIR, folder.resolve("no/such")), new Account.Bank()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("does not exist");
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  Perdure.start(
                      config().with(Keys.API_PORT, taken.getLocalPort()), new Account.Bank()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort() + " cannot be opened");
    }
  }

  @Test
  void refusesADirectoryThatAnotherNodeHolds() {
    try (Perdure first = Perdure.start(config(), new Account.Bank())) {
      assertThat(first.apiPort()).isPositive();
      assertThatThrownBy(() -> Perdure.start(config(), new Account.Bank()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("data");
    }
  }

  @Test
  void servesTheServicesOfJarsBesideThoseOfCode() throws Exception {
    Path jar = JarredService.write(folder.resolve("jarred.jar"));
    ServerConfig config = config().with(Keys.SERVICES, List.of(jar));
    try (Perdure perdure = Perdure.start(config, new Account.Bank())) {
      assertThat(post(perdure, "/v1/entities/counter/c/add", "{\"amount\":3}").body())
          .isEqualTo("{\"value\":3}");
      assertThat(deposit(perdure, "k").statusCode()).isEqualTo(200);
      assertThat(get(perdure.apiPort(), "/openapi.json").body())
          .contains("/v1/entities/counter/{id}/add", "/v1/entities/account/{id}/deposit");
    }
  }

  @Test
  void refusesTwoEntitiesOfOneName() {
    assertThatThrownBy(() -> Perdure.start(config(), new Account.Bank(), new Account.Bank()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("two entities are named 'account'");
  }

  @Test
  void refusesADirectoryOfAnotherVersionOrOfSomebodyElse() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("letter.txt"), "not ours");
    assertThatThrownBy(() -> Perdure.start(config(), new Account.Bank()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is not empty");
    Files.writeString(data.resolve("node.properties"), "format=99\n");
    assertThatThrownBy(() -> Perdure.start(config(), new Account.Bank()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("format '99'");
  }

  @Test
  void finishesWhatItTookAndTakesNothingNewWhenItStops() throws Exception {
    Perdure perdure = Perdure.start(config(), new Account.Bank());
    int port = perdure.apiPort();
    String head = "POST /v1/entities/account/a/deposit HTTP/1.1\r\nHost: a\r\n";
    String json = "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n";
    try (RawHttp underWay = new RawHttp(port);
        RawHttp idle = new RawHttp(port)) {
      idle.send(head + json + "{\"amount\":7}");
      assertThat(idle.answer().body()).isEqualTo("{\"balance\":7}");
      underWay.send(head + "Expect: 100-continue\r\n" + json);
      assertThat(underWay.answer().status()).isEqualTo(100);
      Thread closing = Thread.ofPlatform().start(perdure::close);
      assertThat(idle.ended()).isTrue();
      underWay.send("{\"amount\":7}");
      RawHttp.Answer last = underWay.answer();
      assertThat(last.status()).isEqualTo(503);
      assertThat(last.body()).contains("\"code\":\"draining\"");
      assertThat(underWay.ended()).isTrue();
      closing.join(Duration.ofSeconds(60));
      assertThat(closing.isAlive()).isFalse();
    }
    assertThatThrownBy(() -> new RawHttp(port)).isInstanceOf(java.io.IOException.class);
  }
}
