package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.load.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Transfers that are begun at a fixed rate. Each is asked for at one node after the other until one
 * has taken it; who pays whom and how much follows from its number.
 */
final class TransferLoad implements AutoCloseable {

  private static final int ACCOUNTS = 16;
  private static final int APART = 5;
  private static final long FIRST_BALANCE = 1_000_000;
  private static final int PAUSE_MS = 250;
  private static final int LOOKS_AT_ONCE = 8;

  private final List<String> nodes;
  private final Door door;
  private final int rate;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Set<Integer> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> opened = new TreeMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Stop stop = new Stop();
  private final Stop end = new Stop();

  /**
   * Not begun.
   *
   * @param nodes their APIs
   * @param rate transfers a second
   */
  TransferLoad(List<String> nodes, Door door, int rate) {
    this.nodes = List.copyOf(nodes);
    this.door = door;
    this.rate = rate;
  }

  static List<String> accounts() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      all.add("p" + i);
    }
    return all;
  }

  /** Pays into every account, each of which this opens. */
  void openAccounts() throws IOException {
    for (String account : accounts()) {
      Door.Reply reply =
          retried(
              "POST",
              "/v1/entities/account/" + account + "/deposit",
              0,
              "{\"amount\":" + FIRST_BALANCE + "}");
      opened.put(account, reply.version());
    }
  }

  void start() {
    threads.execute(this::run);
  }

  private void run() {
    do {
      int number = begun.get();
      open.add(number); // before it counts: whoever sees the count looks here
      begun.incrementAndGet();
      threads.execute(() -> begin(number));
    } while (!stop.await(1_000 / rate));
  }

  private void begin(int number) {
    try {
      retried(
          "PUT",
          path(number),
          number,
          "{\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d}"
              .formatted(from(number), to(number), amount(number)));
    } catch (IOException e) {
      // It was ended; who looks will not find it.
    }
  }

  private static String path(int number) {
    return "/v1/sagas/transfer/" + id(number);
  }

  static String id(int number) {
    return "pulled-" + number;
  }

  private static String from(int number) {
    return accounts().get(number % ACCOUNTS);
  }

  private static String to(int number) {
    return accounts().get((number + APART) % ACCOUNTS);
  }

  private static long amount(int number) {
    return 1L + number % 7;
  }

  /** Asks one node after the other until one has done it. */
  private Door.Reply retried(String method, String path, int first, String body)
      throws IOException {
    for (int asked = first; ; asked++) {
      try {
        Door.Reply reply =
            door.write(
                method,
                nodes.get(asked % nodes.size()) + path,
                method.equals("POST") ? Map.of("Idempotency-Key", "once" + path) : Map.of(),
                body);
        if (reply.status() / 100 == 2) {
          return reply;
        }
        refused.incrementAndGet();
      } catch (IOException e) {
        refused.incrementAndGet(); // whether it was done is not known: it is asked for again
      }
      if (end.await(PAUSE_MS)) {
        throw new IOException(path + " was given up");
      }
    }
  }

  /** No more are begun. */
  void stop() {
    stop.request();
  }

  int begun() {
    return begun.get();
  }

  /** How often one was refused or not answered, and asked for again. */
  int refused() {
    return refused.get();
  }

  /** Those below this number that have not been completed, as far as nodes say; some of them. */
  List<String> notCompleted(int below) throws Exception {
    List<Future<?>> looks = new ArrayList<>();
    Semaphore places = new Semaphore(LOOKS_AT_ONCE);
    for (int number : open) {
      if (number < below) {
        looks.add(threads.submit(() -> look(number, places)));
      }
    }
    for (Future<?> look : looks) {
      look.get();
    }
    return open.stream().filter(number -> number < below).map(TransferLoad::id).toList();
  }

  private void look(int number, Semaphore places) {
    places.acquireUninterruptibly();
    try {
      String url = nodes.get(number % nodes.size()) + path(number);
      if (door.get(url).body().path("status").asString("").equals("completed")) {
        open.remove(number);
      }
    } catch (IOException e) {
      // The next look may tell.
    } finally {
      places.release();
    }
  }

  /**
   * What each account must be when all transfers were done, each once: an event each for who pays
   * and who is paid.
   */
  Map<String, Ledger.Account> expected() {
    Map<String, Ledger.Account> all = new TreeMap<>();
    opened.forEach(
        (id, version) -> all.put(id, new Ledger.Account(FIRST_BALANCE, "CZK", "open", version)));
    for (int i = 0; i < begun(); i++) {
      long amount = amount(i);
      all.computeIfPresent(from(i), (id, account) -> changed(account, -amount));
      all.computeIfPresent(to(i), (id, account) -> changed(account, amount));
    }
    return all;
  }

  private static Ledger.Account changed(Ledger.Account before, long amount) {
    return new Ledger.Account(
        before.balance() + amount, before.currency(), before.status(), before.events() + 1);
  }

  @Override
  public void close() {
    stop.request();
    end.request();
    threads.shutdownNow();
  }
}
