package dev.perdure.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.example.ledger.HttpFraudCheck;
import dev.perdure.example.ledger.HttpNotifier;
import dev.perdure.example.ledger.LedgerService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What transfers need outside of the ledger, for {@link AotTraining}: a fraud check and a gateway
 * for notifications that fail now and then, so that the code for that is known as well.
 * Thread-safe.
 */
final class TrainingWorld implements AutoCloseable {

  /** A transfer of this amount is found to be fraud, so what was taken is given back. */
  static final long FRAUD = 7;

  private static final int FAILS_EVERY = 7;

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();

  TrainingWorld() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", TrainingWorld.this::answer);
    server.start();
  }

  /** A ledger that asks this world. */
  LedgerService ledger() {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new LedgerService(
        LedgerService.DEFAULT_CURRENCY, new HttpFraudCheck(url), new HttpNotifier(url));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String order = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean fails = asked.incrementAndGet() % FAILS_EVERY == 0;
      boolean approved =
          !order.contains("\"amount\":" + FRAUD + ",")
              && !order.contains("\"amount\":" + FRAUD + "}");
      byte[] body =
          "{\"approved\":%s,\"reason\":\"\"}".formatted(approved).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
