package dev.perdure.cli.proof;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.example.ledger.FraudCheck;
import dev.perdure.example.ledger.Notifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fraud check and a gateway for notifications that can be switched to hang or to fail. They count
 * what they are asked, and what they did under which operation id. Thread-safe.
 */
final class SwitchedWorld implements AutoCloseable {

  /** How one of them behaves. */
  enum Behaviour {
    WORKS,
    HANGS,
    FAILS
  }

  private static final String FRAUD = "fraud-check";
  private static final String NOTIFY = "notify";

  private final HttpServer server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition switched = lock.newCondition();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> asked = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> done = new ConcurrentHashMap<>();

  SwitchedWorld() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    List.of(FRAUD, NOTIFY)
        .forEach(
            kind -> {
              behaviours.put(kind, Behaviour.WORKS);
              asked.put(kind, new LongAdder());
              server.createContext("/" + kind, one -> handle(kind, one));
            });
    server.start();
  }

  /** What a node needs to know to reach it. */
  Map<String, String> environment() {
    return Map.of(FraudCheck.VARIABLE, url(FRAUD), Notifier.VARIABLE, url(NOTIFY));
  }

  private String url(String kind) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + kind;
  }

  void fraudCheck(Behaviour next) {
    behave(FRAUD, next);
  }

  void gateway(Behaviour next) {
    behave(NOTIFY, next);
  }

  private void behave(String kind, Behaviour next) {
    lock.lock();
    try {
      behaviours.put(kind, next);
      switched.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void handle(String kind, HttpExchange exchange) throws IOException {
    try (exchange) {
      asked(kind).increment();
      exchange.getRequestBody().readAllBytes();
      String id = kind + " " + exchange.getRequestHeaders().getFirst("Idempotency-Key");
      if (hung(kind) || behaviours.get(kind) == Behaviour.FAILS) {
        answer(exchange, 503, "{}"); // whoever hung has given up on it
        return;
      }
      done.computeIfAbsent(id, one -> new LongAdder()).increment();
      answer(exchange, 200, "{\"approved\":true,\"reason\":\"\"}");
    }
  }

  /** Holds a request up until it works again; true if it was held up. */
  private boolean hung(String kind) {
    lock.lock();
    try {
      boolean held = false;
      while (behaviours.get(kind) == Behaviour.HANGS) {
        held = true;
        switched.awaitUninterruptibly();
      }
      return held;
    } finally {
      lock.unlock();
    }
  }

  private LongAdder asked(String kind) {
    return asked.computeIfAbsent(kind, one -> new LongAdder());
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Requests to the fraud check. */
  long fraudRequests() {
    return asked(FRAUD).sum();
  }

  /** Requests to the gateway. */
  long gatewayRequests() {
    return asked(NOTIFY).sum();
  }

  /** Notifications by how often each was delivered. */
  Map<Long, Long> delivered() {
    Map<Long, Long> byTimes = new ConcurrentHashMap<>();
    done.forEach(
        (id, times) -> {
          if (id.startsWith(NOTIFY + " ")) {
            byTimes.merge(times.sum(), 1L, Long::sum);
          }
        });
    return byTimes;
  }

  @Override
  public void close() {
    behave(FRAUD, Behaviour.FAILS);
    behave(NOTIFY, Behaviour.FAILS);
    server.stop(0);
  }
}
