package dev.perdure.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;

/** A node that answers as it is told, for what real ones do seldom. It tells no map. */
final class ScriptedNode implements AutoCloseable {

  private final HttpServer server;
  private final Deque<Step> steps = new ArrayDeque<>();
  final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  final List<String> priorities = Collections.synchronizedList(new ArrayList<>());
  final List<Long> askedNs = Collections.synchronizedList(new ArrayList<>());

  private interface Step {
    void answer(HttpExchange exchange) throws IOException;
  }

  ScriptedNode() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/cluster", exchange -> send(exchange, 404, "{}"));
    server.createContext("/v1/entities", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers with a status and a body; the last step stays. */
  ScriptedNode then(int status, String body) {
    steps.add(exchange -> send(exchange, status, body));
    return this;
  }

  /** Answers with a problem, and when to come again. */
  ScriptedNode thenProblem(int status, String code, int retryAfterSeconds) {
    steps.add(
        exchange -> {
          if (retryAfterSeconds > 0) {
            exchange.getResponseHeaders().set("Retry-After", String.valueOf(retryAfterSeconds));
          }
          send(exchange, status, "{\"code\":\"" + code + "\",\"detail\":\"as told\"}");
        });
    return this;
  }

  /** Takes the request and breaks the connection. */
  ScriptedNode thenBreaks() {
    steps.add(HttpExchange::close);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    askedNs.add(System.nanoTime());
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
    priorities.add(String.valueOf(exchange.getRequestHeaders().getFirst("Priority")));
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Step step;
    synchronized (steps) {
      step = steps.size() > 1 ? steps.remove() : steps.element();
    }
    step.answer(exchange);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("ETag", "\"3\"");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
