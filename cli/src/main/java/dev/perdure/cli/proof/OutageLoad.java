package dev.perdure.cli.proof;

import dev.perdure.cli.demo.DemoException;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import dev.perdure.kernel.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What goes on while dependencies go away: transfers that are begun at a fixed rate and that nobody
 * waits for, and deposits by a few clients that have nothing to do with any dependency.
 */
final class OutageLoad {

  private static final int ACCOUNTS = 64;
  private static final long FIRST_BALANCE = 100_000_000;
  private static final int DEPOSITORS = 8;
  private static final int SECONDS_MAX = 7_200;
  private static final int READERS = 16;

  private final Delivery delivery;
  private final Clock clock = Clock.system();
  private final int rate;
  private final long startNs;
  private final AtomicLongArray deposits = new AtomicLongArray(SECONDS_MAX);
  private final AtomicInteger begun = new AtomicInteger();
  private final Map<Integer, String> open = new ConcurrentHashMap<>();
  private volatile boolean transferring = true;
  private volatile boolean depositing = true;

  /**
   * Not begun.
   *
   * @param rate transfers a second
   */
  OutageLoad(Delivery delivery, int rate) {
    this.delivery = delivery;
    this.rate = rate;
    this.startNs = clock.monotonicNs();
  }

  void openAccounts() throws GaveUpException {
    for (int i = 0; i < ACCOUNTS; i++) {
      deposit("acct-" + i, FIRST_BALANCE, "open-" + i);
    }
  }

  private void deposit(String account, long amount, String operationId) throws GaveUpException {
    BatchLine line =
        new BatchLine("account", account, "deposit", new Deposit(amount, null), operationId);
    require(delivery.one(client -> client.command(line)).answer());
  }

  private static void require(Answer answer) {
    if (!answer.ok()) {
      throw new DemoException(
          "the node answered %d %s: %s".formatted(answer.status(), answer.code(), answer.detail()));
    }
  }

  /** Begins with transfers, or goes on with more of them. */
  void startTransfers() {
    transferring = true;
    Thread.ofVirtual().start(this::transfer);
  }

  /** Begins both loads. */
  void start() {
    startTransfers();
    for (int i = 0; i < DEPOSITORS; i++) {
      int number = i;
      Thread.ofVirtual().start(() -> depositOnAndOn(number));
    }
  }

  private void transfer() {
    long nextNs = clock.monotonicNs();
    while (transferring) {
      int number = begun.getAndIncrement();
      open.put(number, "asked for");
      Thread.ofVirtual().start(() -> begin(number));
      nextNs += 1_000_000_000L / rate;
      LockSupport.parkNanos(Math.max(0, nextNs - clock.monotonicNs()));
    }
  }

  private void begin(int number) {
    byte[] body =
        "{\"from\":\"acct-%d\",\"to\":\"acct-%d\",\"amount\":1}"
            .formatted(number % ACCOUNTS, (number + 7) % ACCOUNTS)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try {
      require(
          delivery.one(client -> client.exchange("PUT", path(number), Map.of(), body)).answer());
    } catch (GaveUpException e) {
      open.put(number, "given up on");
    }
  }

  private static String path(int number) {
    return "/v1/sagas/transfer/o-" + number;
  }

  private void depositOnAndOn(int depositor) {
    try {
      for (int i = 0; depositing; i++) {
        deposit("rest-" + depositor + "-" + i % ACCOUNTS, 1, "d-" + depositor + "-" + i);
        deposits.incrementAndGet(second());
      }
    } catch (GaveUpException e) {
      // The proof is being stopped.
    }
  }

  /** Seconds since it was made. */
  int second() {
    return (int) ((clock.monotonicNs() - startNs) / 1_000_000_000L);
  }

  /** Deposits a second between two seconds, both left out: the median. */
  long depositsBetween(int from, int to) {
    long[] sorted = IntStream.range(from + 1, to).mapToLong(deposits::get).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  void endTransfers() {
    transferring = false;
  }

  void endDeposits() {
    depositing = false;
  }

  /** How many transfers were begun. */
  int begun() {
    return begun.get();
  }

  /** Looks at those that had not ended when they were looked at last; how many still have not. */
  int stillOpen() throws GaveUpException {
    Workers.each(List.copyOf(open.keySet()), READERS, this::look);
    return open.size();
  }

  private void look(int number) throws GaveUpException {
    Answer answer =
        delivery.one(client -> client.exchange("GET", path(number), Map.of(), null)).answer();
    String status = answer.text("status");
    if (status.equals("completed")) {
      open.remove(number);
    } else {
      open.put(number, answer.ok() ? status : answer.code());
    }
  }

  /** Money in the accounts of the transfers, less what was paid in. */
  long gained() throws GaveUpException {
    long sum = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
      String id = "acct-" + i;
      Answer state = delivery.one(client -> client.state("account", id)).answer();
      require(state);
      sum += state.number("balance");
    }
    return sum - ACCOUNTS * FIRST_BALANCE;
  }

  /** Some that are still open, for people. */
  String someOpen() {
    return open.entrySet().stream().limit(3).map(Object::toString).toList().toString();
  }
}
