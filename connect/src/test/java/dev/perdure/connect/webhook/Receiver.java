package dev.perdure.connect.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody's HTTP server that is told of events, and checks who says so. */
final class Receiver implements AutoCloseable {

  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What it does with a message. */
  interface Answer {
    void give(HttpExchange exchange) throws IOException;
  }

  /** A message that came, whatever was answered. */
  record Message(
      String id,
      WebhookSignature.Verdict verdict,
      String path,
      Map<String, List<String>> headers,
      String body,
      long atNs) {

    JsonNode event() {
      return JSON.readTree(body);
    }

    String header(String name) {
      return headers.entrySet().stream()
          .filter(one -> one.getKey().equalsIgnoreCase(name))
          .map(one -> one.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  final List<Message> came = new CopyOnWriteArrayList<>();

  /** Those that it took, with what was taken twice. */
  final List<Message> taken = new CopyOnWriteArrayList<>();

  volatile Function<Message, Answer> answers = message -> status(204);

  private final List<WebhookSecret> secrets = List.of(WebhookSecret.of(SECRET));
  private int port;
  private @Nullable HttpServer server;

  Receiver() {
    start();
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  static Answer status(int status, String header, String value) {
    return exchange -> {
      exchange.getResponseHeaders().set(header, value);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** Answers 200 and writes for as long as somebody reads, at most so much. */
  static Answer flood(long bytes, List<Long> written) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] chunk = new byte[8_192];
      long sum = 0;
      try (OutputStream out = exchange.getResponseBody()) {
        for (; sum < bytes; sum += chunk.length) {
          out.write(chunk);
        }
      } finally {
        written.add(sum);
      }
    };
  }

  /** Sends headers and a byte of the body, and then nothing more. */
  static Answer stall(int status) {
    return exchange -> {
      exchange.sendResponseHeaders(status, 0);
      OutputStream out = exchange.getResponseBody();
      out.write('.');
      out.flush();
      LockSupport.parkNanos(Duration.ofMinutes(2).toNanos());
    };
  }

  void start() {
    try {
      HttpServer one =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      one.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      one.createContext("/", this::handle);
      one.start();
      port = one.getAddress().getPort();
      server = one;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    HttpServer one = server;
    if (one != null) {
      one.stop(0);
      server = null;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Message message =
        new Message(
            String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id")),
            verdict(exchange, body),
            exchange.getRequestURI().toString(),
            new HashMap<>(exchange.getRequestHeaders()),
            new String(body, StandardCharsets.UTF_8),
            System.nanoTime());
    came.add(message);
    try (exchange) {
      answers.apply(message).give(exchange);
      if (exchange.getResponseCode() / 100 == 2) {
        taken.add(message);
      }
    }
  }

  // docs: verify
  private WebhookSignature.Verdict verdict(HttpExchange exchange, byte[] body) {
    return WebhookSignature.verify(
        secrets, exchange.getRequestHeaders()::getFirst, body, Instant.now());
  }

  // docs: end

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** What took effect: the first of each id. */
  List<Message> effects() {
    Set<String> known = new HashSet<>();
    List<Message> all = new ArrayList<>();
    for (Message one : taken) {
      if (known.add(one.id())) {
        all.add(one);
      }
    }
    return all;
  }

  /** What is wrong with what took effect: a gap, another order, or somebody else's message. */
  List<String> broken() {
    List<String> broken = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    for (Message one : effects()) {
      String purse = one.event().path("subject").asString();
      long version = one.event().path("version").asLong();
      long before = last.getOrDefault(purse, 0L);
      if (version != before + 1) {
        broken.add(purse + ": version " + version + " behind " + before);
      }
      if (one.verdict() != WebhookSignature.Verdict.VALID) {
        broken.add(one.id() + ": " + one.verdict());
      }
      last.put(purse, version);
    }
    return broken;
  }

  @Override
  public void close() {
    stop();
  }
}
