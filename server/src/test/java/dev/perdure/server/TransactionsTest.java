package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transactions over HTTP, on a running node of two shards. */
class TransactionsTest {

  private static final String TRANSFER =
      """
      {"commands": [
        {"type": "account", "id": "anna", "command": "withdraw", "body": {"amount": %d}},
        {"type": "konto", "id": "bert", "command": "deposit", "body": {"amount": %d}}
      ]}
      """;

  @TempDir private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private Perdure node;

  @BeforeEach
  void start() {
    node =
        Perdure.start(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, directory.resolve("data"))
                .with(Keys.SHARDS, 2)
                .with(Keys.API_PORT, 0)
                .with(Keys.ADMIN_PORT, 0),
            new Account.Bank());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.apiPort() + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String state(String id) {
    return send(HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + node.apiPort() + "/v1/entities/account/" + id)))
        .body();
  }

  @Test
  void movesMoneyOnceOrNotAtAll() {
    assertThat(post("/v1/entities/account/anna/deposit", "{\"amount\": 100}").statusCode())
        .isEqualTo(200);
    String transfer = TRANSFER.formatted(30, 30);
    HttpResponse<String> first = post("/v1/transactions", transfer, "Idempotency-Key", "t-1");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body())
        .isEqualTo(
            "{\"results\":[{\"version\":2,\"body\":{\"balance\":70}},"
                + "{\"version\":1,\"body\":{\"balance\":30}}]}");
    HttpResponse<String> again = post("/v1/transactions", transfer, "Idempotency-Key", "t-1");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");

    HttpResponse<String> no =
        post("/v1/transactions", TRANSFER.formatted(71, 71), "Idempotency-Key", "t-2");
    assertThat(no.statusCode()).isEqualTo(409);
    assertThat(no.body()).contains("commands[0], 'anna'").contains("t-2");
    HttpResponse<String> reused =
        post("/v1/transactions", TRANSFER.formatted(1, 1), "Idempotency-Key", "t-1");
    assertThat(reused.statusCode()).isEqualTo(422);
    assertThat(reused.body()).contains("operation-id-reused");
    assertThat(state("anna")).isEqualTo("{\"balance\":70}");
    assertThat(state("bert")).isEqualTo("{\"balance\":30}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                              | 400 | malformed-request",
        "[]                                                             | 422 | invalid-body",
        "{\"commands\": []}                                             | 422 | invalid-body",
        "{\"commands\": {}}                                             | 422 | invalid-body",
        "{\"commands\": [1]}                                            | 400 | commands[0]",
        "{\"orders\": []}                                               | 422 | orders",
        "{\"commands\": [{\"type\": \"account\", \"id\": \"a\"}]}       | 400 | 'command' is missing",
        "{\"commands\": [{\"type\": \"x\", \"id\": \"a\", \"command\": \"b\"}]} | 404 | unknown-type",
        "{\"commands\": [{\"type\": \"account\", \"id\": \"a\", \"command\": \"$settle\"}]}"
            + " | 404 | unknown-command",
        "{\"commands\": [{\"type\": \"perdure.transaction\", \"id\": \"a\", \"command\": \"begin\"}]}"
            + " | 404 | unknown-type",
        "{\"commands\": [{\"type\": \"account\", \"id\": \"a\", \"command\": \"deposit\","
            + " \"body\": {\"amount\": 0}}]} | 422 | 'a'",
        "{\"commands\": [{\"type\": \"account\", \"id\": \"a\", \"command\": \"deposit\","
            + " \"key\": \"k\"}]} | 422 | headers",
        "{\"commands\": [{\"type\": \"account\", \"id\": \"a\", \"command\": \"deposit\","
            + " \"body\": {\"amount\": 1}, \"if_match\": 4}]} | 412 | version 4",
      })
  void refusesWhatIsNoTransaction(String body, int status, String says) {
    HttpResponse<String> answer = post("/v1/transactions", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(says);
    assertThat(state("a")).contains("not-found");
  }

  @Test
  void stepsOfTransactionsAreNobodysCommands() {
    assertThat(post("/v1/entities/account/a/$prepare", "{}").body()).contains("unknown-command");
    assertThat(post("/v1/entities/perdure.transaction/a/begin", "{}").body())
        .contains("unknown-type");
  }
}
