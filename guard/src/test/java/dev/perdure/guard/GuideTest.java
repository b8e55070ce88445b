package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.perdure.guard.config.PolicyFile;
import dev.perdure.guard.config.PolicyWatch;
import dev.perdure.guard.http.GuardedHttpClient;
import dev.perdure.guard.http.HttpCaller;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/guard.md, on a real server: it fails the first time, then answers. */
class GuideTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> headers = new ArrayList<>();
  private volatile int failing = 1;
  private HttpServer server;
  private URI uri;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          for (String name : List.of("Perdure-Timeout", "Priority", "Idempotency-Key")) {
            headers.add(name + ": " + exchange.getRequestHeaders().getFirst(name));
          }
          int status = requests.getAndIncrement() < failing ? 503 : 200;
          byte[] body = "receipt 17".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
  }

  /** Twenty calls have paid for two retries. */
  private static void pay(Dependency dependency) {
    for (int i = 0; i < 20; i++) {
      assertThat(dependency.<Integer, RuntimeException>call(Call.once(), attempt -> 1))
          .isEqualTo(1);
    }
  }

  @Test
  void callIsTriedAgain() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    String key = "order-17";
    // docs: first
    Guard guard = Guard.of(Map.of("payments", Policy.defaults()));
    Dependency payments = guard.dependency("payments");
    // docs: end
    pay(payments);
    // docs: call
    HttpResponse<String> receipt =
        payments.call(
            Call.idempotent(key),
            attempt ->
                http.send(
                    HttpRequest.newBuilder(uri).timeout(attempt.remaining()).build(),
                    BodyHandlers.ofString()));
    // docs: end
    assertThat(receipt.body()).isEqualTo("receipt 17");
    assertThat(requests.get()).isEqualTo(2);
    assertThat(request.uri()).isEqualTo(uri);
  }

  private static String say(Outcome<String> outcome) {
    // docs: outcome
    return switch (outcome) {
      case Outcome.Ok<String> ok -> ok.value();
      case Outcome.Stale<String> old -> old.value() + ", " + old.age().toSeconds() + " s ago";
      case Outcome.Fallback<String> instead -> instead.value() + ", because " + instead.cause();
      case Outcome.NotSent<String> not -> "nothing was done: " + not.reason();
      case Outcome.TimedOut<String> out -> "perhaps done, no answer in " + out.cause().after();
      case Outcome.Failed<String> failed -> "failed: " + failed.cause();
    };
    // docs: end
  }

  @Test
  void outcomeSaysWhatBecameOfCall() {
    SimulatedTime time = new SimulatedTime();
    // docs: yaml-use
    Map<String, Policy> policies =
        PolicyFile.read(
            """
            dependencies:
              payments:
                rate: {limit: 1/s, burst: 2}
                fallback: {stale: {max-staleness: 5m}}
            """);
    // docs: end
    Dependency it = Guard.builder().time(time).policies(policies).build().dependency("payments");
    assertThat(say(it.outcome(Call.read("17"), attempt -> "paid"))).isEqualTo("paid");
    time.pass(Duration.ofSeconds(7));
    assertThat(say(it.outcome(Call.read("17"), attempt -> failed()))).isEqualTo("paid, 7 s ago");
    assertThat(say(it.outcome(Call.once(), attempt -> failed()))).startsWith("failed: java.io.IOE");
    assertThat(say(it.outcome(Call.once(), attempt -> "paid"))).isEqualTo("nothing was done: RATE");
  }

  private static String failed() throws IOException {
    throw new IOException("planned");
  }

  @Test
  void headersCarryDeadlinePriorityAndKeyAcrossHops() throws Exception {
    Guard guard = Guard.of(Map.of("payments", Policy.defaults()));
    Dependency payments = guard.dependency("payments");
    Map<String, String> incoming = Map.of("Perdure-Timeout", "800ms", "Priority", "u=1, i");
    pay(payments);
    // docs: http
    GuardedHttpClient client = new GuardedHttpClient(http, payments);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Idempotency-Key", "order-17")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    Caller caller = HttpCaller.of(incoming::get, Time.system());
    HttpResponse<String> response =
        caller.call(() -> client.send(request, BodyHandlers.ofString()));
    // docs: end
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(headers).contains("Priority: u=1", "Idempotency-Key: order-17");
    long left = Long.parseLong(headers.get(0).replaceAll("\\D", ""));
    assertThat(left).isBetween(1L, 800L);
    assertThat(caller.priority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void responseOfFailedRequestIsGivenWhenNoAttemptIsLeft() throws Exception {
    failing = 100;
    Dependency payments = Guard.of(Map.of("p", Policy.defaults())).dependency("p");
    GuardedHttpClient client = new GuardedHttpClient(http, payments);
    HttpRequest get = HttpRequest.newBuilder(uri).build();
    assertThat(client.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(503);
    CompletableFuture<HttpResponse<String>> later =
        client.sendAsync(Call.once(), get, BodyHandlers.ofString());
    assertThat(later.get().statusCode()).isEqualTo(503);
    assertThat(payments.counts().failed()).isEqualTo(2);
  }

  @Test
  void expiredCallerSendsNothing() throws Exception {
    Dependency it = Guard.of(Map.of("p", Policy.defaults())).dependency("p");
    Caller late = Caller.none().within(Duration.ZERO, Time.system());
    Outcome<Integer> outcome = late.call(() -> it.outcome(Call.idempotent(), attempt -> 1));
    assertThat(outcome).isInstanceOf(Outcome.NotSent.class);
    assertThat(it.counts().calls()).isZero();
  }

  @Test
  void fallbackIsGivenWhenTheCallFails() throws Exception {
    Dependency payments = Guard.of(Map.of("p", Policy.defaults())).dependency("p");
    // docs: fallback
    String status =
        payments.callOr(Call.read("17"), attempt -> failed(), failure -> "not known yet");
    // docs: end
    assertThat(status).isEqualTo("not known yet");
    Outcome<String> said = payments.outcomeOr(Call.read("17"), a -> failed(), failure -> "later");
    assertThat(say(said)).startsWith("later, because java.io.IOException: planned");
  }

  @Test
  void policiesFollowTheirFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("policies.yaml"), "dependencies: {payments: {}}");
    List<String> log = new CopyOnWriteArrayList<>();
    // docs: watch
    Guard guard = Guard.of(Map.of());
    PolicyWatch.Listener listener =
        new PolicyWatch.Listener() {
          @Override
          public void refused(Path path, String reason) {
            log.add(path + " is not used: " + reason);
          }
        };
    PolicyWatch watch = PolicyWatch.start(file, guard, listener);
    // docs: end
    assertThat(guard.dependency("payments").policy()).isEqualTo(Policy.defaults());
    watch.close();
    assertThat(log).isEmpty();
  }

  @Test
  void policyIsBuiltInCodeToo() {
    // docs: policy
    Policy policy =
        Policy.defaults().with(Retry.of(2).on("connect", "503")).with(Rate.perSecond(500, 50));
    // docs: end
    assertThat(policy.retry().attempts()).isEqualTo(2);
  }

  @Test
  void fileOfTheGuideIsRead() throws IOException {
    String guide =
        Files.readString(Path.of(System.getProperty("perdure.root")).resolve("docs/guard.md"));
    String yaml = guide.substring(guide.indexOf("```yaml") + 7);
    Map<String, Policy> read = PolicyFile.read(yaml.substring(0, yaml.indexOf("```")));
    assertThat(read.get("payments").rate()).isEqualTo(Rate.perSecond(500, 50));
    assertThat(read.get("payments").with(Policy.defaults().retry()).retry())
        .isEqualTo(Policy.defaults().retry());
    assertThat(read.get("payments").breaker()).isEqualTo(Policy.defaults().breaker());
    assertThat(read.get("payments").concurrency()).isEqualTo(Policy.defaults().concurrency());
    assertThat(read.get("payments").deadline()).isEqualTo(Policy.defaults().deadline());
  }
}
