package dev.perdure.example.reporting;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A gateway for notifications, as a program. It takes each that is posted, and lists them all: a
 * line for each time that one came, with its operation id, the transfer that it tells of, and the
 * other end of the connection.
 */
final class GatewayProgram {

  static final String NOTIFY = "/notify";
  static final String SEEN = "/seen";

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  private GatewayProgram() {}

  public static void main(String[] arguments) throws IOException {
    new GatewayProgram()
        .serve(
            new InetSocketAddress(
                System.getenv("PERDURE_API_HOST"),
                Integer.parseInt(System.getenv("PERDURE_API_PORT"))));
  }

  private void serve(InetSocketAddress at) throws IOException {
    HttpServer server = HttpServer.create(at, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(NOTIFY, this::take);
    server.createContext(SEEN, this::list);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode order = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
      String operation = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      seen.add(
          "%s %s %s"
              .formatted(
                  operation, order.path("transfer").asString(), exchange.getRemoteAddress()));
      answer(exchange, "{}");
    }
  }

  private void list(HttpExchange exchange) throws IOException {
    try (exchange) {
      String all;
      synchronized (seen) {
        all = String.join("\n", seen);
      }
      answer(exchange, all);
    }
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
