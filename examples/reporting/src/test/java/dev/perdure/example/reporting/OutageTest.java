package dev.perdure.example.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.StepCall;
import dev.perdure.example.ledger.FraudCheck;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.example.ledger.Notifier;
import dev.perdure.example.ledger.TransferOrder;
import dev.perdure.kernel.Clock;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresServer;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes the gateway for notifications away, then the reporting database, a real one, then the other
 * node: normal, brownout, read-only, and back by itself each time.
 */
class OutageTest {

  private static final long PATIENCE_NS = Duration.ofMinutes(2).toNanos();
  private static final int SHARDS = 2;

  @TempDir private Path folder;

  private final Clock clock = Clock.system();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Gateway gateway = new Gateway();
  private int number;

  /** Takes notifications, or does not. */
  private static final class Gateway implements Notifier {
    final Set<String> delivered = ConcurrentHashMap.newKeySet();
    final List<String> twice = new CopyOnWriteArrayList<>();
    volatile boolean away;

    @Override
    public void transferred(TransferOrder order, StepCall call) throws IOException {
      if (away) {
        throw new IOException("no route to the gateway");
      }
      if (!delivered.add(call.operationId())) {
        twice.add(call.operationId());
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Perdure start(int node, int port, String join, PostgresServer database) {
    ReportingService service =
        new ReportingService(
            new LedgerService("CZK", FraudCheck.approving(), gateway),
            List.of(
                ReportingService.projection(
                    Map.of(
                        "REPORTING_DATABASE_URL",
                        database.url(),
                        "REPORTING_DATABASE_USER",
                        database.user()))));
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, folder.resolve("data" + node))
            .with(Keys.SHARDS, SHARDS)
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0)
            .with(Keys.CLUSTER, true)
            .with(Keys.CLUSTER_ADDRESS, "127.0.0.1:" + port)
            .with(Keys.CLUSTER_JOIN, join);
    return Perdure.start(config, service);
  }

  private HttpResponse<String> send(int port, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json").header("Prefer", "wait=10");
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private void awaitMode(Perdure node, String mode) {
    await(
        "mode " + mode,
        () ->
            send(node.adminPort(), "GET", "/admin/v1/mode", null)
                .body()
                .contains("\"mode\":\"" + mode + "\""));
  }

  private void await(String what, Callable<Boolean> condition) {
    long endNs = clock.monotonicNs() + PATIENCE_NS;
    String last = "";
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        last = e.toString();
      }
      assertThat(clock.monotonicNs() - endNs).as("%s, in time (%s)", what, last).isNegative();
      LockSupport.parkNanos(100_000_000);
    }
  }

  private void deposit(Perdure node, String account) throws Exception {
    HttpResponse<String> answer =
        send(
            node.apiPort(),
            "POST",
            "/v1/entities/account/" + account + "/deposit",
            "{\"amount\":100}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void transfer(Perdure node) throws Exception {
    HttpResponse<String> answer =
        send(
            node.apiPort(),
            "PUT",
            "/v1/sagas/transfer/t" + number++,
            "{\"from\":\"anna\",\"to\":\"ben\",\"amount\":1}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"completed\"");
  }

  private static PostgresServer postgres(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    try {
      return PostgresServer.start(folder);
    } catch (NotInstalled e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  private void awaitRows(Perdure node, PostgresServer database) throws Exception {
    Map<String, Ledger.Account> accounts = new TreeMap<>();
    for (String id : List.of("anna", "ben")) {
      HttpResponse<String> answer = send(node.apiPort(), "GET", "/v1/entities/account/" + id, null);
      JsonNode state = JsonMapper.shared().readTree(answer.body());
      String version = answer.headers().firstValue("ETag").orElseThrow();
      accounts.put(
          id,
          new Ledger.Account(
              state.path("balance").asLong(),
              state.path("currency").asString(),
              state.path("status").asString(),
              Long.parseLong(version.replace("\"", ""))));
    }
    await("rows have caught up", () -> Rows.accounts(database).equals(accounts));
  }

  @Test
  void withoutGatewayDatabaseAndQuorumTheNodeDoesWithLessAndComesBackByItself() throws Exception {
    int first = freePort();
    int second = freePort();
    try (PostgresServer database = postgres(folder);
        Perdure node = start(1, first, "", database)) {
      try (Perdure other = start(2, second, "127.0.0.1:" + first, database)) {
        await("both take part", () -> ready(node) && ready(other) && replicas(node));
        deposit(node, "anna");
        deposit(node, "ben");
        awaitRows(node, database);
        awaitMode(node, "normal");

        withoutGateway(node);
        withoutDatabase(node, database);
      }
      awaitMode(node, "read-only");
      await("no shard is led any more", () -> nothingIsLed(node));
      writesAreRefusedAndReadsGoOn(node);
      try (Perdure again = start(2, second, "127.0.0.1:" + first, database)) {
        await("it is back", () -> ready(again));
        awaitMode(node, "normal");
        assertThat(send(node.apiPort(), "GET", "/v1/sagas/transfer/lost", null).statusCode())
            .as("what was refused was not begun")
            .isEqualTo(404);
        deposit(node, "anna");
        awaitRows(node, database);
      }
    }
  }

  private boolean ready(Perdure node) throws Exception {
    return send(node.adminPort(), "GET", "/readyz", null).statusCode() == 200;
  }

  /** The mode changes with the first shard that cannot be written; the last one follows soon. */
  private boolean nothingIsLed(Perdure node) throws Exception {
    JsonNode shards =
        JsonMapper.shared()
            .readTree(send(node.adminPort(), "GET", "/readyz?verbose", null).body())
            .path("shards");
    return !shards.isEmpty()
        && shards.valueStream().noneMatch(one -> one.path("state").asString().equals("READY"));
  }

  /** Each shard has two members: from then on one node alone is no majority. */
  private boolean replicas(Perdure node) throws Exception {
    JsonNode cluster =
        JsonMapper.shared()
            .readTree(send(node.adminPort(), "GET", "/admin/v1/cluster", null).body());
    int full = 0;
    for (JsonNode shard : cluster.path("shards")) {
      full += shard.path("members").size() == 2 ? 1 : 0;
    }
    return full == SHARDS + 1;
  }

  /** What the node has it gives; nobody is left who could say whether that is the latest. */
  private void writesAreRefusedAndReadsGoOn(Perdure node) throws Exception {
    String account = "/v1/entities/account/anna";
    for (HttpResponse<String> refused :
        List.of(
            send(node.apiPort(), "POST", account + "/deposit", "{\"amount\":100}"),
            send(
                node.apiPort(),
                "PUT",
                "/v1/sagas/transfer/lost",
                "{\"from\":\"anna\",\"to\":\"ben\",\"amount\":1}"),
            send(node.apiPort(), "GET", account, null))) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.body()).contains("\"code\":\"no-leader\"");
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(refused.headers().firstValue("Perdure-Mode")).hasValue("read-only");
    }
    long balance = stale(node, account);
    assertThat(balance).isPositive();
    assertThat(stale(node, account)).isEqualTo(balance);
  }

  private long stale(Perdure node, String account) throws Exception {
    HttpResponse<String> answer = send(node.apiPort(), "GET", account + "?consistency=stale", null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Perdure-Mode")).hasValue("read-only");
    return JsonMapper.shared().readTree(answer.body()).path("balance").asLong();
  }

  private void withoutGateway(Perdure node) throws Exception {
    gateway.away = true;
    for (int i = 0; i < 40; i++) {
      transfer(node);
    }
    awaitMode(node, "brownout");
    gateway.away = false;
    await("notifications are made up for", () -> gateway.delivered.size() == number);
    awaitMode(node, "normal");
    assertThat(gateway.twice).isEmpty();
  }

  private void withoutDatabase(Perdure node, PostgresServer database) throws Exception {
    database.kill();
    deposit(node, "anna");
    awaitMode(node, "brownout");
    assertThat(send(node.adminPort(), "GET", "/admin/v1/mode", null).body())
        .contains("reporting-database");
    for (int i = 0; i < 10; i++) {
      deposit(node, "ben"); // nothing else notices
      transfer(node);
    }
    database.start();
    awaitRows(node, database);
    awaitMode(node, "normal");
  }
}
