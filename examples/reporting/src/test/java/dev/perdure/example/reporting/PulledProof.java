package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.check.Check;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Pulls the network of the gateway, then also of the database, then also between the nodes, while
 * transfers go on, and plugs all of it in again: normal, brownout, read-only, and back by itself.
 * In the end everything that was begun meanwhile must have been done, each once.
 */
final class PulledProof {

  private static final long PATIENCE_NS = Duration.ofMinutes(2).toNanos();

  /** For all that is waited for, besides the times that states are left as they are. */
  private static final long ALL_NS = Duration.ofMinutes(8).toNanos();

  private static final int HOLDS = 4;
  private static final long LOOK_NS = 200_000_000;
  private static final String NOTIFICATIONS = "notifications";
  private static final String REPORTING = "reporting";
  private static final String LOST = "lost-";

  /** Of the transfers: notifications that came again, and not over a connection that was cut. */
  private static final int REPEATED_PERCENT_MAX = 2;

  /** How often the same notification may come. */
  private static final int TIMES_MAX = 3;

  /** On a busy machine a shard may be without a leader for a moment before that is its fate. */
  private static final String THERE = "normal( brownout| read-only)* read-only";

  private final Pulled pulled;
  private final Door door;
  private final PulledNodes nodes;
  private final TransferLoad load;
  private final long holdNs;
  private final long lastNs;
  private final List<Check> checks = new ArrayList<>();

  /** Connections to the gateway over which something had come before it was pulled. */
  private final Set<String> openAtPull = new HashSet<>();

  /**
   * A proof.
   *
   * @param holdSeconds how long each state is left as it is
   */
  PulledProof(Pulled pulled, Door door, TransferLoad load, int holdSeconds) {
    this.pulled = pulled;
    this.door = door;
    this.nodes = new PulledNodes(pulled, door);
    this.load = load;
    this.holdNs = Duration.ofSeconds(holdSeconds).toNanos();
    this.lastNs = System.nanoTime() + ALL_NS + HOLDS * holdNs;
  }

  /** Whatever has to be seen, in time. */
  private interface Condition extends Callable<Boolean> {}

  /** Something did not come about in time: what would follow says nothing. */
  private static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** What was checked, in order; the last one if it did not come about in time. */
  List<Check> checks() {
    return List.copyOf(checks);
  }

  /** Checks until something does not come about in time. */
  void run() throws Exception {
    try (nodes) {
      await("nodes are a cluster", () -> nodes.whole());
      load.openAccounts();
      load.start();
      await("everything works: normal", () -> modes(Set.of("normal")));
      await("everything works: rows keep up", () -> rows() > 0);
      hold(); // while nodes get warm, an election may come in between
      await("everything works: still normal", () -> modes(Set.of("normal")));
      try (ModeWatch modes = new ModeWatch(nodes)) {
        withoutGateway();
        withoutDatabase();
        withoutQuorum();
        List<List<ModeWatch.Change>> there = modes.seen();
        back();
        done();
        modes(there, modes.seen());
      }
      compare();
    } catch (GivenUp e) {
      // the last check says what
    }
  }

  private void withoutGateway() throws Exception {
    pulled.pull(Pulled.Cable.GATEWAY);
    brownout("gateway pulled", NOTIFICATIONS);
    List<Delivery> before = deliveries();
    before.forEach(one -> openAtPull.add(one.from));
    transfersGoOn("without the gateway");
    int waiting = nodes.waiting();
    check("notifications wait meanwhile", waiting > 0, waiting + " wait");
    int more = deliveries().size() - before.size();
    check("nothing comes through to the gateway", more == 0, more + " came");
  }

  private void withoutDatabase() throws Exception {
    pulled.pull(Pulled.Cable.DATABASE);
    brownout("database pulled, too", REPORTING);
    long before = rows();
    transfersGoOn("without the database");
    long more = rows() - before;
    check("nothing comes through to the database", more == 0, more + " events more in its rows");
    await(
        "the projection waits, and says why",
        () -> {
          for (int node : Pulled.NODES) {
            if (nodes.subscriptions(node).contains("not-sent")) {
              return true;
            }
          }
          return false;
        });
  }

  /** All nodes that have to do with what is outside say that this is what they are without. */
  private void brownout(String what, String capability) throws IOException {
    await(
        what + ": brownout, without " + capability,
        () -> {
          Set<Integer> leading = nodes.leading();
          List<String> modes = nodes.modes();
          return !leading.isEmpty()
              && leading.stream().allMatch(node -> modes.get(node - 1).equals("brownout"))
              && nodes.degraded(leading, capability).stream().noneMatch(String::isEmpty);
        });
    Set<String> whys = new TreeSet<>(nodes.degraded(nodes.leading(), capability));
    check("nodes say why", whys.stream().anyMatch(why -> !why.isEmpty()), String.join("; ", whys));
  }

  /** Those that are begun from now on are completed meanwhile. */
  private void transfersGoOn(String how) throws Exception {
    int from = load.begun();
    hold();
    int to = load.begun();
    await((to - from) + " transfers are completed " + how, () -> load.notCompleted(to).isEmpty());
  }

  private void withoutQuorum() throws Exception {
    pulled.pull(Pulled.Cable.QUORUM);
    await(
        "nodes pulled apart, too: read-only",
        () -> modes(Set.of("read-only")) && nodes.nothingIsLed());
    Map<Integer, Long> before = versions();
    writesAreRefused();
    readsGoOn();
    hold();
    check("it stays read-only", modes(Set.of("read-only")), nodes.modes().toString());
    Map<Integer, Long> after = versions();
    check("nothing is written", before.equals(after), "versions " + before + ", then " + after);
  }

  private void writesAreRefused() throws Exception {
    List<Callable<Door.Reply>> writes = new ArrayList<>();
    for (int node : Pulled.NODES) {
      String api = pulled.api(node);
      String command = api + "/v1/entities/account/" + LOST + node + "/deposit";
      String saga = api + "/v1/sagas/transfer/" + LOST + node;
      String order = "{\"from\":\"p0\",\"to\":\"p1\",\"amount\":1}";
      writes.add(() -> door.write("POST", command, Map.of(), "{\"amount\":1}"));
      writes.add(() -> door.write("PUT", saga, Map.of(), order));
    }
    List<Door.Reply> replies = together(writes);
    Set<String> found = new TreeSet<>();
    replies.forEach(reply -> found.add(reply.toString()));
    check(
        "writes are refused: 503 no-leader, with Retry-After",
        replies.stream().allMatch(PulledProof::refused),
        "%d commands and sagas: %s".formatted(replies.size(), String.join("; ", found)));
  }

  private static List<Door.Reply> together(List<Callable<Door.Reply>> requests) throws Exception {
    List<Door.Reply> replies = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Door.Reply> one : threads.invokeAll(requests)) {
        replies.add(one.get());
      }
    }
    return replies;
  }

  private static boolean refused(Door.Reply reply) {
    return reply.status() == 503
        && reply.code().equals("no-leader")
        && reply.retryAfter() > 0
        && reply.mode().equals("read-only");
  }

  /** What a node has it gives; that it is the latest nobody can say now, and nobody does. */
  private void readsGoOn() throws Exception {
    List<Callable<Door.Reply>> stale = new ArrayList<>();
    List<Callable<Door.Reply>> latest = new ArrayList<>();
    for (int node : Pulled.NODES) {
      TransferLoad.accounts().forEach(id -> stale.add(() -> nodes.stale(node, id)));
      latest.add(() -> door.get(pulled.api(node) + "/v1/entities/account/p0"));
    }
    long answered = together(stale).stream().filter(PulledProof::answers).count();
    check(
        "reads go on: ?consistency=stale",
        answered == stale.size(),
        answered + " of " + stale.size() + " answer");
    long confirmed = together(latest).stream().filter(PulledProof::answers).count();
    check(
        "no read says that it is the latest",
        confirmed == 0,
        confirmed + " of " + latest.size() + " did");
  }

  private static boolean answers(Door.Reply reply) {
    return reply.status() == 200 && reply.body().has("balance");
  }

  private Map<Integer, Long> versions() throws IOException {
    Map<Integer, Long> versions = new TreeMap<>();
    for (int node : Pulled.NODES) {
      long sum = 0;
      for (String account : TransferLoad.accounts()) {
        sum += nodes.stale(node, account).version();
      }
      versions.put(node, sum);
    }
    return versions;
  }

  private void back() {
    pulled.plugIn();
    long sinceNs = System.nanoTime();
    await("all plugged in: writes succeed", this::written);
    await("all plugged in: normal", sinceNs, () -> modes(Set.of("normal")));
  }

  /** Nothing is left of what was begun. */
  private void done() {
    long sinceNs = System.nanoTime();
    load.stop();
    await("every transfer was completed", sinceNs, () -> load.notCompleted(load.begun()).isEmpty());
    await(
        "every notification was delivered",
        sinceNs,
        () -> deliveries().stream().map(Delivery::transfer).distinct().count() >= load.begun());
    await("rows are what the ledger is", sinceNs, () -> accounts().equals(rowsNow()));
  }

  private boolean written() throws IOException {
    String path = "/v1/entities/account/behind/deposit";
    Map<String, String> once = Map.of("Idempotency-Key", "behind");
    return door.write("POST", pulled.api(1) + path, once, "{\"amount\":1}").status() == 200;
  }

  /** One that leads nothing notices nothing of what is outside; at least one of them leads. */
  private void modes(List<List<ModeWatch.Change>> there, List<List<ModeWatch.Change>> andBack) {
    List<String> modes = there.stream().map(PulledProof::words).toList();
    boolean held =
        modes.stream().allMatch(one -> one.matches(THERE))
            && modes.stream().anyMatch(one -> one.startsWith("normal brownout"));
    check(
        "no node took itself for whole while something was pulled",
        held,
        (held ? andBack.stream().map(PulledProof::words) : andBack.stream().map(Object::toString))
            .collect(Collectors.joining("; ")));
  }

  private static String words(List<ModeWatch.Change> changes) {
    return String.join(" ", changes.stream().map(ModeWatch.Change::mode).toList());
  }

  private void compare() throws Exception {
    Map<String, Ledger.Account> accounts = accounts();
    Map<String, Ledger.Account> expected = load.expected();
    expected.put("behind", new Ledger.Account(1, "CZK", "open", 2));
    expected.entrySet().removeIf(one -> one.getValue().equals(accounts.get(one.getKey())));
    check(
        "no transfer was lost or done twice, and books balance",
        expected.isEmpty(),
        expected.isEmpty()
            ? "%,d transfers between %d accounts; %,d times one was refused and repeated"
                .formatted(load.begun(), accounts.size() - 1, load.refused())
            : "accounts that are not as they must be: " + expected.keySet());
    int found = 0;
    for (int node : Pulled.NODES) {
      String url = pulled.api(1) + "/v1/entities/account/" + LOST + node;
      found += door.get(url).status() == 404 ? 0 : 1;
    }
    check("what was refused was not done", found == 0, found + " was");
    notifications();
    Check replicas = nodes.replicasEqual();
    check(
        replicas.statement(), replicas.held(), replicas.held() ? "equal hashes" : replicas.found());
  }

  private void notifications() throws IOException {
    List<Delivery> all = deliveries();
    Map<String, Set<String>> operations = new HashMap<>();
    all.forEach(
        one -> operations.computeIfAbsent(one.transfer, id -> new HashSet<>()).add(one.operation));
    long wrong = operations.values().stream().filter(one -> one.size() != 1).count();
    check(
        "each of a transfer of its own, once by operation id",
        operations.size() == load.begun() && wrong == 0,
        "%,d for %,d transfers; %d under two ids"
            .formatted(operations.size(), load.begun(), wrong));
    repeats(all);
  }

  /**
   * Who gets no answer asks again, under the same id. What was sent on an open connection and found
   * the cable pulled TCP sends again when it is plugged in, and the caller does not hear of it. For
   * anything else there is hardly a reason: an answer may be late on a busy machine.
   */
  private void repeats(List<Delivery> all) {
    Map<String, List<Delivery>> byId = new HashMap<>();
    all.forEach(one -> byId.computeIfAbsent(one.operation, id -> new ArrayList<>()).add(one));
    byId.values().removeIf(times -> times.size() == 1);
    long late =
        byId.values().stream()
            .filter(times -> times.stream().anyMatch(one -> openAtPull.contains(one.from)))
            .count();
    long others = byId.size() - late;
    long most =
        byId.values().stream()
            .mapToLong(
                times -> times.stream().filter(one -> !openAtPull.contains(one.from)).count())
            .max()
            .orElse(1);
    check(
        "hardly any came again but by TCP, and none often",
        others * 100 <= (long) REPEATED_PERCENT_MAX * load.begun() && most <= TIMES_MAX,
        "%d by TCP when the cable was back, %d others of %,d (%d %% may), one %d times beside TCP (%d)"
            .formatted(late, others, load.begun(), REPEATED_PERCENT_MAX, most, TIMES_MAX));
  }

  /** A time that a notification came. */
  private record Delivery(String operation, String transfer, String from) {

    static Delivery of(String line) {
      String[] parts = line.split(" ", 3);
      return new Delivery(parts[0], parts[1], parts[2]);
    }
  }

  private List<Delivery> deliveries() throws IOException {
    return door.get(pulled.gateway() + GatewayProgram.SEEN)
        .text()
        .lines()
        .map(Delivery::of)
        .toList();
  }

  private boolean modes(Set<String> wanted) throws IOException {
    return wanted.containsAll(nodes.modes());
  }

  /** Events that are in the rows of the database. */
  private long rows() throws Exception {
    return rowsNow().values().stream().mapToLong(Ledger.Account::events).sum();
  }

  private Map<String, Ledger.Account> rowsNow() throws Exception {
    return Rows.accounts(pulled.database());
  }

  /** The ledger as the leaders say it is. */
  private Map<String, Ledger.Account> accounts() throws IOException {
    Map<String, Ledger.Account> all = new TreeMap<>();
    List<String> ids = new ArrayList<>(TransferLoad.accounts());
    ids.add("behind");
    for (String id : ids) {
      Door.Reply reply = door.get(pulled.api(1) + "/v1/entities/account/" + id);
      all.put(
          id,
          new Ledger.Account(
              reply.body().path("balance").asLong(-1),
              reply.body().path("currency").asString(""),
              reply.body().path("status").asString(""),
              reply.version()));
    }
    return all;
  }

  private void hold() {
    long endNs = System.nanoTime() + holdNs;
    for (long left = holdNs; left > 0; left = endNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void check(String statement, boolean held, String found) {
    checks.add(new Check(statement, held, found));
  }

  private void await(String what, Condition condition) {
    await(what, System.nanoTime(), condition);
  }

  private void await(String what, long sinceNs, Condition condition) {
    String last = "";
    boolean held = false;
    long beganNs = System.nanoTime();
    long patienceNs = Math.min(PATIENCE_NS, lastNs - beganNs);
    do {
      try {
        held = condition.call();
      } catch (InterruptedException e) {
        throw new GivenUp();
      } catch (Exception e) {
        last = ": " + e; // who is cut off may not answer in time
      }
      if (!held) {
        LockSupport.parkNanos(LOOK_NS);
      }
    } while (!held && System.nanoTime() - beganNs < patienceNs);
    double seconds = (System.nanoTime() - sinceNs) / 1e9;
    String found = (held ? "after %.1f s" : "not in %.1f s").formatted(seconds);
    check(what, held, held ? found : found + last);
    if (!held) {
      throw new GivenUp();
    }
  }
}
