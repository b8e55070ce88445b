package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.StartException;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
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
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> deposit(Perdure perdure, String key) throws Exception {
    URI uri =
        URI.create("http://127.0.0.1:" + perdure.apiPort() + "/v1/entities/account/a/deposit");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":7}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
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
}
