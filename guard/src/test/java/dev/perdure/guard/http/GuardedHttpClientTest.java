package dev.perdure.guard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.perdure.guard.Call;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.Guard;
import dev.perdure.guard.TimedOutException;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to a real server. */
class GuardedHttpClientTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Dependency web =
      Guard.of(Map.of("web", Policy.defaults().with(Retry.of(3).within(100)))).dependency("web");
  private final GuardedHttpClient client = new GuardedHttpClient(http, web);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final List<String> timeouts = new CopyOnWriteArrayList<>();
  private final List<Body> bodies = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private URI uri;

  /** A body that says whether it was closed. */
  private static final class Body extends FilterInputStream {
    final CountDownLatch closed = new CountDownLatch(1);

    Body(InputStream in) {
      super(in);
    }

    @Override
    public void close() throws IOException {
      super.close();
      closed.countDown();
    }
  }

  /** {@code /busy} is 503 the first time, {@code /slow} answers when the test is over. */
  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.createContext(
        "/busy",
        exchange -> {
          exchange.sendResponseHeaders(bodies.isEmpty() ? 503 : 200, 4);
          exchange.getResponseBody().write(new byte[4]);
          exchange.close();
        });
    server.createContext(
        "/slow",
        exchange -> {
          timeouts.add(exchange.getRequestHeaders().getFirst("Perdure-Timeout"));
          try {
            answers.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void stop() {
    answers.countDown();
    server.stop(0);
    http.shutdownNow();
  }

  private final BodyHandler<Body> streaming =
      info ->
          BodySubscribers.mapping(
              BodySubscribers.ofInputStream(),
              in -> {
                Body body = new Body(in);
                bodies.add(body);
                return body;
              });

  private void assertFirstIsClosedAndSecondIsGiven(HttpResponse<Body> given) throws Exception {
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(bodies).hasSize(2);
    assertThat(bodies.get(0).closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(given.body()).isSameAs(bodies.get(1));
    assertThat(given.body().readAllBytes()).hasSize(4);
  }

  @Test
  void bodyOfResponseThatIsTriedAgainIsClosed() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri.resolve("/busy")).build();
    assertFirstIsClosedAndSecondIsGiven(client.send(request, streaming));
  }

  @Test
  void bodyOfResponseThatIsTriedAgainIsClosedWithStagesToo() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri.resolve("/busy")).build();
    assertFirstIsClosedAndSecondIsGiven(
        client.sendAsync(Call.idempotent(), request, streaming).get());
  }

  @Test
  void bodyOfTheLastResponseIsTheCallersAlsoIfItFailed() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri.resolve("/busy")).build();
    HttpResponse<Body> given = client.send(Call.once(), request, streaming);
    assertThat(given.statusCode()).isEqualTo(503);
    assertThat(given.body().readAllBytes()).hasSize(4);
    assertThat(given.body().closed.getCount()).isEqualTo(1);
  }

  @Test
  void shorterTimeoutOfTheRequestItselfIsHeeded() {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri.resolve("/slow"));
    HttpRequest impatient = builder.timeout(Duration.ofMillis(200)).build();
    assertThatThrownBy(() -> client.send(Call.once(), impatient, BodyHandlers.discarding()))
        .isInstanceOf(HttpTimeoutException.class);
    HttpRequest patient = builder.timeout(Duration.ofHours(1)).build();
    assertThatThrownBy(() -> client.send(Call.once(), patient, BodyHandlers.discarding()))
        .isInstanceOfAny(HttpTimeoutException.class, TimedOutException.class);
    assertThat(timeouts).hasSize(2);
    assertThat(timeouts.get(0)).isEqualTo("200ms");
    assertThat(Long.parseLong(timeouts.get(1).replace("ms", ""))).isBetween(201L, 1_000L);
  }
}
