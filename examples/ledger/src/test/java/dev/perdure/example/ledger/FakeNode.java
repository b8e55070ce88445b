package dev.perdure.example.ledger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.example.ledger.AccountEvent.Deposited;
import dev.perdure.example.ledger.AccountEvent.Opened;
import dev.perdure.example.ledger.AccountEvent.Withdrawn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of a node's HTTP API that the import uses, in memory, with the real rules of an account
 * and real deduplication, and with faults where a test wants them.
 */
public final class FakeNode implements AutoCloseable {

  /** What happens to a request. */
  public enum Fault {
    NONE,
    /** 503 for the request as a whole; nothing is executed. */
    REFUSE,
    /** The connection breaks before anything is executed. */
    DROP_BEFORE,
    /** All is executed, then the connection breaks. */
    DROP_AFTER,
    /** The middle line is refused, and its entity's later lines with it. */
    REFUSE_LINE,
    /** The middle line is executed and its outcome unknown; its entity's later lines refused. */
    UNKNOWN_LINE;

    private static final List<Fault> ALL = List.of(values());

    /** Each in turn. */
    public static Fault of(long number) {
      return ALL.get((int) (number % ALL.size()));
    }
  }

  private record Recorded(String fingerprint, ObjectNode answer) {}

  private record Event(long version, String type, String operation, long amount) {}

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Account ACCOUNT = new Account("CZK");

  private final HttpServer server;
  private final IntFunction<Fault> faults;
  private final AtomicInteger posts = new AtomicInteger();
  private final AtomicInteger executed = new AtomicInteger();
  private final Map<String, AccountState> states = new HashMap<>();
  private final Map<String, List<Event>> events = new HashMap<>();
  private final Map<String, Recorded> recorded = new HashMap<>();

  /**
   * Starts on a free port.
   *
   * @param faults what happens to the n-th post
   */
  public FakeNode(IntFunction<Fault> faults) throws IOException {
    this.faults = faults;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public int posts() {
    return posts.get();
  }

  /** Commands that took effect or were rejected, without those answered from a record. */
  public int executed() {
    return executed.get();
  }

  /** Forgets all operation ids, as a node does when their retention ends. */
  public synchronized void forgetOperations() {
    recorded.clear();
  }

  public synchronized Map<String, AccountState> states() {
    return Map.copyOf(states);
  }

  /** Operation ids of an account's deposits and withdrawals, in order. */
  public synchronized List<String> operations(String account) {
    return events.getOrDefault(account, List.of()).stream()
        .filter(event -> event.amount() > 0)
        .map(Event::operation)
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("POST")) {
        post(exchange);
      } else {
        get(exchange);
      }
    }
  }

  private void post(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Fault fault = faults.apply(posts.getAndIncrement());
    if (fault == Fault.DROP_BEFORE) {
      return;
    }
    if (fault == Fault.REFUSE) {
      send(exchange, 503, problem("overloaded"));
      return;
    }
    List<String> lines = text.lines().toList();
    StringBuilder out = new StringBuilder();
    Set<String> broken = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      String id = line.path("id").asString();
      boolean middle = i == lines.size() / 2;
      ObjectNode answer;
      if (broken.contains(id)) {
        answer = refused(503, "predecessor");
      } else if (middle && fault == Fault.REFUSE_LINE) {
        broken.add(id);
        answer = refused(503, "overloaded");
      } else {
        answer = execute(line);
        if (middle && fault == Fault.UNKNOWN_LINE) {
          broken.add(id);
          answer = refused(504, "outcome-unknown");
        }
      }
      out.append(JSON.writeValueAsString(answer)).append('\n');
    }
    if (fault != Fault.DROP_AFTER) {
      send(exchange, 200, out.toString());
    }
  }

  private synchronized ObjectNode execute(JsonNode line) {
    String id = line.path("id").asString();
    String key = id + "/" + line.path("key").asString();
    String fingerprint = line.path("command").asString() + line.path("body");
    Recorded before = recorded.get(key);
    if (before != null && !before.fingerprint().equals(fingerprint)) {
      return refused(422, "operation-id-reused");
    }
    if (before != null) {
      return before.answer().deepCopy().put("replayed", true);
    }
    executed.incrementAndGet();
    ObjectNode answer = decide(id, line.path("key").asString(), line);
    recorded.put(key, new Recorded(fingerprint, answer));
    return answer;
  }

  private ObjectNode decide(String id, String operation, JsonNode line) {
    AccountState state = states.getOrDefault(id, ACCOUNT.initial());
    Decision<AccountEvent> decision =
        ACCOUNT.decide(
            state,
            command(line),
            new Operation("default", id, operation, "tester", Instant.EPOCH, 1));
    return switch (decision) {
      case Decision.Rejected<AccountEvent> no -> refused(409, no.rejection().code());
      case Decision.Accepted<AccountEvent> yes -> {
        List<Event> history = events.computeIfAbsent(id, key -> new ArrayList<>());
        for (AccountEvent event : yes.events()) {
          state = ACCOUNT.evolve(state, event);
          history.add(event(history.size() + 1, operation, event));
        }
        states.put(id, state);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("status", 200).put("version", history.size());
        answer.putObject("body").put("balance", state.balance());
        yield answer;
      }
    };
  }

  private static AccountCommand command(JsonNode line) {
    JsonNode body = line.path("body");
    return switch (line.path("command").asString()) {
      case "open" ->
          new AccountCommand.Open(
              body.path("currency").asString(), body.path("overdraft_limit").asLong());
      case "deposit" -> new AccountCommand.Deposit(body.path("amount").asLong(), null);
      case "withdraw" -> new AccountCommand.Withdraw(body.path("amount").asLong(), null);
      default -> new AccountCommand.Close();
    };
  }

  private static Event event(long version, String operation, AccountEvent event) {
    return switch (event) {
      case Opened opened -> new Event(version, "opened", operation, 0);
      case Deposited in -> new Event(version, "deposited", operation, in.amount());
      case Withdrawn out -> new Event(version, "withdrawn", operation, out.amount());
      case AccountEvent.Closed closed -> new Event(version, "closed", operation, 0);
    };
  }

  private void get(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String id = path[4];
    if (path.length == 6) {
      send(exchange, 200, page(id, exchange.getRequestURI().getQuery()));
      return;
    }
    AccountState state = states().get(id);
    if (state == null) {
      send(exchange, 404, problem("not-found"));
    } else {
      send(exchange, 200, JSON.writeValueAsString(state));
    }
  }

  private synchronized String page(String id, String query) {
    long after = Long.parseLong(query.replaceAll(".*after=([0-9]+).*", "$1"));
    ObjectNode page = JSON.createObjectNode();
    var list = page.putArray("events");
    List<Event> all = events.getOrDefault(id, List.of());
    page.put("more", all.size() > after + 7);
    all.stream()
        .filter(event -> event.version() > after)
        .limit(7)
        .forEach(
            event -> {
              ObjectNode node = list.addObject();
              node.put("version", event.version()).put("type", event.type());
              node.put("operation_id", event.operation());
              node.putObject("data").put("amount", event.amount());
            });
    return JSON.writeValueAsString(page);
  }

  private static ObjectNode refused(int status, String code) {
    ObjectNode answer = JSON.createObjectNode().put("status", status);
    answer.putObject("problem").put("code", code).put("detail", "as the test wants it");
    return answer;
  }

  private static String problem(String code) {
    return JSON.writeValueAsString(JSON.createObjectNode().put("code", code));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
