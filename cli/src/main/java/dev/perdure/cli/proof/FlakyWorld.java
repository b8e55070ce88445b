package dev.perdure.cli.proof;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.cli.demo.DemoNodes;
import dev.perdure.example.ledger.FraudCheck;
import dev.perdure.example.ledger.Notifier;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What transfers need outside of the ledger, as bad as it gets: it answers with errors before and
 * after it did something, hangs before and after, and is slow. It records every effect under its
 * operation id, and does none twice. Lives in this process, so it outlives every node.
 */
final class FlakyWorld implements AutoCloseable {

  static final String FRAUD = "fraud-check";
  static final String NOTIFY = "notify";

  /** Every so-manieth amount is found to be fraud. */
  private static final long FRAUD_EVERY = 17;

  private static final long HANG_NS = 3_000_000_000L;
  private static final long SLOW_NS = 100_000_000L;

  /** What happens to one request, with its share of a hundred. */
  private enum Fault {
    ERROR_BEFORE(8),
    ERROR_AFTER(6),
    HANG_BEFORE(1),
    HANG_AFTER(1),
    SLOW(4),
    NONE(80);

    private final int share;

    Fault(int share) {
      this.share = share;
    }

    boolean before() {
      return this == ERROR_BEFORE || this == HANG_BEFORE;
    }

    boolean hangs() {
      return this == HANG_BEFORE || this == HANG_AFTER;
    }

    boolean fails() {
      return this != SLOW && this != NONE;
    }

    static Fault of(int number) {
      int left = number;
      for (Fault fault : values()) {
        left -= fault.share;
        if (left < 0) {
          return fault;
        }
      }
      return NONE;
    }
  }

  /**
   * Something that was done once.
   *
   * @param kind {@link #FRAUD} or {@link #NOTIFY}
   * @param transfer the saga that it was done for
   * @param approved for a fraud check
   */
  record Effect(String operationId, String kind, String transfer, boolean approved) {}

  /** A request that may hang. */
  private record Hung(@Nullable String operationId, String transfer, int node) {}

  private final HttpServer server;
  private final SplittableRandom random;
  private final Clock clock = Clock.system();
  private final Map<String, Effect> effects = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> heardNs = new ConcurrentHashMap<>();
  private final Set<Hung> hanging = ConcurrentHashMap.newKeySet();
  private final LongAdder requests = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final LongAdder repeats = new LongAdder();

  FlakyWorld(long seed) throws IOException {
    this.random = new SplittableRandom(seed);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    List.of(FRAUD, NOTIFY)
        .forEach(kind -> server.createContext("/" + kind, one -> handle(kind, one)));
    server.start();
  }

  /** What a node needs to know to reach it. */
  Map<String, String> environment() {
    return Map.of(FraudCheck.VARIABLE, url(FRAUD), Notifier.VARIABLE, url(NOTIFY));
  }

  private String url(String kind) {
    return "http://127.0.0.1:"
        + server.getAddress().getPort()
        + "/"
        + kind
        + "/"
        + DemoNodes.NUMBER;
  }

  private void handle(String kind, HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.increment();
      JsonNode order = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
      String operationId = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      String transfer = order.path("transfer").asString();
      heardNs.computeIfAbsent(transfer, one -> new AtomicLong()).set(clock.monotonicNs());
      Fault fault = fault();
      Hung request = new Hung(operationId, transfer, node(exchange));
      if (fault.before()) {
        fail(fault, request, exchange);
        return;
      }
      boolean approved = order.path("input").path("amount").asLong() % FRAUD_EVERY != 0;
      Effect effect = new Effect(String.valueOf(operationId), kind, transfer, approved);
      if (effects.putIfAbsent(effect.operationId(), effect) != null) {
        repeats.increment();
      }
      if (fault.fails()) {
        fail(fault, request, exchange);
        return;
      }
      if (fault == Fault.SLOW) {
        faults.increment();
        LockSupport.parkNanos(SLOW_NS);
      }
      String reason = approved ? "" : "the amount looks like fraud";
      answer(exchange, 200, "{\"approved\":" + approved + ",\"reason\":\"" + reason + "\"}");
    }
  }

  private Fault fault() {
    synchronized (random) {
      return Fault.of(random.nextInt(100));
    }
  }

  private void fail(Fault fault, Hung request, HttpExchange exchange) throws IOException {
    faults.increment();
    if (fault.hangs()) {
      hanging.add(request);
      LockSupport.parkNanos(HANG_NS);
      hanging.remove(request);
    }
    answer(exchange, 500, "{}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  Collection<Effect> effects() {
    return List.copyOf(effects.values());
  }

  /** True if somebody asked it something for a transfer since then. */
  boolean heardOf(String transfer, long sinceNs) {
    AtomicLong heard = heardNs.get(transfer);
    return heard != null && heard.get() - sinceNs > 0;
  }

  /** Transfers that it holds up just now, by a request that hangs, of any node but one. */
  Set<String> heldUp(int but) {
    Set<String> transfers = new HashSet<>();
    for (Hung request : hanging) {
      if (request.node != but) {
        transfers.add(request.transfer);
      }
    }
    return transfers;
  }

  /** The path ends with the number of the node that asks. */
  private static int node(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  long requests() {
    return requests.sum();
  }

  /** Requests that it failed, hung or was slow at. */
  long faults() {
    return faults.sum();
  }

  /** Requests for something that it had done before. */
  long repeats() {
    return repeats.sum();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
