package dev.perdure.cli.proof;

import dev.perdure.cli.demo.DemoException;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.TransferInput;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Transfers between a few accounts, from many clients, and what became of each. */
final class Transfers {

  static final long FIRST_BALANCE = 10_000;

  private static final int AMOUNT_MAX = 3_000;
  private static final int CLIENTS = 48;
  private static final long LOOK_NS = 2_000_000;
  private static final Map<String, String> WAIT = Map.of("Prefer", "wait=10");

  private final int count;
  private final int accounts;
  private final List<TransferInput> inputs = new ArrayList<>();
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger done = new AtomicInteger();
  private volatile int begun;

  /**
   * Transfers that a seed fixes.
   *
   * @param accounts at least 2
   */
  Transfers(int count, int accounts, long seed) {
    this.count = count;
    this.accounts = accounts;
    this.begun = count;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      int from = random.nextInt(accounts);
      int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
      inputs.add(
          new TransferInput(account(from), account(to), random.nextLong(1, AMOUNT_MAX), null));
    }
  }

  private static String account(int number) {
    return "acct-" + number;
  }

  private static String id(int number) {
    return "t-" + number;
  }

  private static String path(String id) {
    return "/v1/sagas/transfer/" + id;
  }

  /** Pays the first balance into every account. */
  void open(Delivery delivery) throws GaveUpException {
    for (int i = 0; i < accounts; i++) {
      BatchLine line =
          new BatchLine(
              "account", account(i), "deposit", new Deposit(FIRST_BALANCE, null), "open-" + i);
      require(delivery.one(client -> client.command(line)).answer(), line.id());
    }
  }

  /** So many may be begun so far; the others wait. */
  void begin(int most) {
    begun = Math.min(most, count);
  }

  /** Starts all and waits for the end of each; a parked one is left as it is. */
  void run(Delivery delivery) throws GaveUpException {
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    Workers.each(numbers, CLIENTS, number -> one(number, delivery));
  }

  private void one(int number, Delivery delivery) throws GaveUpException {
    while (number >= begun) {
      LockSupport.parkNanos(LOOK_NS);
    }
    String id = id(number);
    byte[] body = JsonMapper.shared().writeValueAsBytes(fields(inputs.get(number)));
    underWay.add(id);
    Answer answer =
        require(delivery.one(client -> client.exchange("PUT", path(id), WAIT, body)).answer(), id);
    while (goesOn(answer)) {
      answer =
          require(
              delivery.one(client -> client.exchange("GET", path(id), WAIT, null)).answer(), id);
    }
    underWay.remove(id);
    done.incrementAndGet();
  }

  private static Map<String, Object> fields(TransferInput input) {
    return Map.of("from", input.from(), "to", input.to(), "amount", input.amount());
  }

  private static boolean goesOn(Answer answer) {
    String status = answer.text("status");
    return status.equals("running") || status.equals("compensating");
  }

  private static Answer require(Answer answer, String what) {
    if (!answer.ok()) {
      throw new DemoException(
          "the node answered %s with %d %s: %s"
              .formatted(what, answer.status(), answer.code(), answer.detail()));
    }
    return answer;
  }

  /** Those whose end somebody waits for. */
  Set<String> underWay() {
    return Set.copyOf(underWay);
  }

  int done() {
    return done.get();
  }

  int count() {
    return count;
  }

  /** All sagas as the nodes hold them, by id. */
  Map<String, JsonNode> sagas(Delivery delivery) throws GaveUpException {
    Map<String, JsonNode> sagas = new ConcurrentHashMap<>();
    Workers.each(
        IntStream.range(0, count).mapToObj(Transfers::id).toList(),
        CLIENTS,
        id -> sagas.put(id, saga(delivery, id)));
    return sagas;
  }

  /** One saga as the nodes hold it; null if it has not begun. */
  @Nullable JsonNode look(Delivery delivery, String id) throws GaveUpException {
    Answer answer =
        delivery.one(client -> client.exchange("GET", path(id), Map.of(), null)).answer();
    return answer.code().equals("not-found") ? null : body(answer, id);
  }

  /** One saga as the nodes hold it. */
  JsonNode saga(Delivery delivery, String id) throws GaveUpException {
    return body(
        delivery.one(client -> client.exchange("GET", path(id), Map.of(), null)).answer(), id);
  }

  private static JsonNode body(Answer answer, String id) {
    JsonNode body = require(answer, id).body();
    if (body == null) {
      throw new DemoException("the node answered " + id + " with nothing");
    }
    return body;
  }

  /** Balances as the nodes hold them, by account. */
  Map<String, Long> balances(Delivery delivery) throws GaveUpException {
    Map<String, Long> balances = new HashMap<>();
    for (int i = 0; i < accounts; i++) {
      String id = account(i);
      Answer state = require(delivery.one(client -> client.state("account", id)).answer(), id);
      balances.put(id, state.number("balance"));
    }
    return balances;
  }

  /** What the balances must be if exactly these were carried out. */
  Map<String, Long> expected(Set<String> completed) {
    Map<String, Long> expected = new HashMap<>();
    for (int i = 0; i < accounts; i++) {
      expected.put(account(i), FIRST_BALANCE);
    }
    for (int i = 0; i < count; i++) {
      TransferInput input = inputs.get(i);
      if (completed.contains(id(i))) {
        expected.merge(input.from(), -input.amount(), Long::sum);
        expected.merge(input.to(), input.amount(), Long::sum);
      }
    }
    return expected;
  }
}
