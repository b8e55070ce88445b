package dev.perdure.cli.proof;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.proof.UpgradeWorld.Order;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.drive.Rehearsal.Difference;
import dev.perdure.testkit.saga.SagaReplay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Changes the transfer's code while many are on their way: a step inserted, one removed, two
 * swapped. Before that it replays what is recorded of them against the new code, and compares what
 * it is told with what must differ; in the end it compares sagas, accounts and effects outside.
 */
final class UpgradeProof {

  private static final int AMOUNT_MAX = 3_000;
  private static final int CLIENTS = 64;
  private static final long FIRST_BALANCE = 100_000_000;

  /** What the replay has to name, by where a transfer is held. */
  private static final Map<String, List<String>> WANTED =
      Map.of(
          UpgradeWorld.FRAUD,
          List.of("INSERTED rate"),
          UpgradeWorld.LIMIT,
          List.of("INSERTED rate", "REMOVED reserve-limit"),
          UpgradeWorld.RATE,
          List.of("REMOVED reserve-limit", "REORDERED fraud-check", "REORDERED rate"),
          UpgradeWorld.NOTIFY,
          List.of(
              "INSERTED sanctions-check",
              "REMOVED reserve-limit",
              "REORDERED fraud-check",
              "REORDERED rate"));

  private final Clock clock = Clock.system();
  private final Path folder;
  private final Settings settings;
  private final UpgradeWorld world = new UpgradeWorld();
  private final TransferSteps steps = new TransferSteps(world);
  private final List<Order> orders = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private volatile String phase = "starting";

  /** How many transfers between how many accounts. */
  record Settings(int transfers, int accounts, long seed) {}

  /**
   * How it went.
   *
   * @param differences how often the replay named what
   * @param replaySeconds for all
   * @param endSeconds from the start with the new code until the last one had ended
   * @param ends how many ended in which way
   * @param outside how many things of each kind were done there
   */
  record Report(
      boolean held,
      int transfers,
      Map<String, Integer> differences,
      double replaySeconds,
      double endSeconds,
      Map<String, Integer> ends,
      Map<String, Long> outside,
      List<Check> checks) {}

  UpgradeProof(Path folder, Settings settings) {
    this.folder = folder;
    this.settings = settings;
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (int i = 0; i < settings.transfers(); i++) {
      int from = random.nextInt(settings.accounts());
      int to = (from + 1 + random.nextInt(settings.accounts() - 1)) % settings.accounts();
      String held = UpgradeWorld.PLACES.get(i % UpgradeWorld.PLACES.size());
      long amount = random.nextLong(1, AMOUNT_MAX);
      // Whom the old code would have refused before that place is not there any more.
      boolean gone = UpgradeWorld.fraud(amount) && !held.equals(UpgradeWorld.FRAUD);
      orders.add(new Order(account(from), account(to), gone ? amount + 1 : amount, held));
    }
  }

  private static String account(int number) {
    return "acct-" + number;
  }

  /** One line on how far it is. */
  String progress() {
    return phase;
  }

  Report run() throws GaveUpException {
    List<Integer> all = IntStream.range(0, orders.size()).boxed().toList();
    Map<String, List<Difference>> found;
    double replaySeconds;
    try (UpgradeNode before = new UpgradeNode(folder, new TransferBefore(steps))) {
      IntStream.range(0, settings.accounts()).forEach(i -> before.pay(account(i), FIRST_BALANCE));
      phase = "starting transfers";
      Workers.each(all, CLIENTS, i -> before.start(i, orders.get(i)));
      Workers.each(all, CLIENTS, i -> before.awaitHeld(i, orders.get(i).held()));
      phase = "replaying what is recorded against the new code";
      long beganNs = clock.monotonicNs();
      found =
          SagaReplay.against(UpgradeNode.service(new TransferAfter(steps)))
              .replayUnfinished(
                  before.node().sagas(), before.node().entities(), UpgradeNode.tenant());
      replaySeconds = (clock.monotonicNs() - beganNs) / 1e9;
    }
    Map<String, Integer> differences = named(found);
    world.open();
    phase = "going on with the new code";
    long beganNs = clock.monotonicNs();
    try (UpgradeNode after = new UpgradeNode(folder, new TransferAfter(steps))) {
      Map<Integer, SagaView> ends = new ConcurrentHashMap<>();
      Workers.each(all, CLIENTS, i -> ends.put(i, after.awaitEnd(i)));
      double endSeconds = (clock.monotonicNs() - beganNs) / 1e9;
      Map<String, Integer> ways = ended(ends);
      money(after, ends);
      outside(ends);
      boolean held = checks.stream().allMatch(Check::held);
      return new Report(
          held,
          orders.size(),
          differences,
          replaySeconds,
          endSeconds,
          ways,
          world.counts(),
          List.copyOf(checks));
    }
  }

  private void check(String statement, List<String> wrong, String found) {
    String some = wrong.isEmpty() ? "" : "; " + wrong.size() + " not, such as " + wrong.getFirst();
    checks.add(new Check(statement, wrong.isEmpty(), found + some));
  }

  /** Of each transfer exactly what is different where it is held. */
  private Map<String, Integer> named(Map<String, List<Difference>> found) {
    Map<String, Integer> differences = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      TreeSet<String> named = new TreeSet<>();
      for (Difference one : found.getOrDefault("transfer/t-" + i, List.of())) {
        named.add(one.kind() + " " + one.step());
        differences.merge(one.kind() + " " + one.step(), 1, Integer::sum);
      }
      if (!named.equals(new TreeSet<>(WANTED.get(orders.get(i).held())))) {
        wrong.add("t-" + i + ", held at " + orders.get(i).held() + ": " + named);
      }
    }
    check(
        "all were on their way when the code changed",
        found.size() == orders.size() ? List.of() : List.of("those not found"),
        "%,d of %,d".formatted(found.size(), orders.size()));
    check(
        "the replay before named each difference, and no other",
        wrong,
        "%,d of %,d".formatted(orders.size() - wrong.size(), orders.size()));
    return differences;
  }

  private Map<String, Integer> ended(Map<Integer, SagaView> ends) {
    Map<String, Integer> ways = new TreeMap<>();
    List<String> open = new ArrayList<>();
    List<String> other = new ArrayList<>();
    ends.forEach(
        (i, saga) -> {
          SagaView.Failure why = saga.failure();
          String end =
              saga.status().name().toLowerCase(java.util.Locale.ROOT)
                  + (why == null ? "" : " (" + why.code() + ")");
          ways.merge(end, 1, Integer::sum);
          if (saga.endedMicros() == 0) {
            open.add("t-" + i + " " + end);
          } else if (!end.equals(expected(orders.get(i)))) {
            other.add("t-" + i + " " + end);
          }
        });
    check(
        "every transfer ended completed or compensated, none is parked",
        open,
        "%,d of %,d".formatted(orders.size() - open.size(), orders.size()));
    check("each ended as the new code says", other, "%,d".formatted(ends.size() - other.size()));
    return ways;
  }

  private static String expected(Order order) {
    if (UpgradeWorld.fraud(order.amount())) {
      return "compensated (fraud-check-failed)";
    }
    return UpgradeWorld.sanctioned(order.amount())
        ? "compensated (sanctions-check-failed)"
        : "completed";
  }

  private void money(UpgradeNode node, Map<Integer, SagaView> ends) {
    Map<String, Long> expected = new HashMap<>();
    ends.forEach(
        (i, saga) -> {
          if (saga.status() == SagaView.Status.COMPLETED) {
            expected.merge(orders.get(i).from(), -orders.get(i).amount(), Long::sum);
            expected.merge(orders.get(i).to(), orders.get(i).amount(), Long::sum);
          }
        });
    List<String> wrong = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < settings.accounts(); i++) {
      long balance = node.balance(account(i));
      sum += balance;
      if (balance != FIRST_BALANCE + expected.getOrDefault(account(i), 0L)) {
        wrong.add(account(i) + " has " + balance);
      }
    }
    check(
        "each account has what the completed transfers leave it",
        wrong,
        "%,d of %,d".formatted(settings.accounts() - wrong.size(), settings.accounts()));
    check(
        "no money was gained or lost",
        sum == FIRST_BALANCE * settings.accounts() ? List.of() : List.of("the sum"),
        "%,d in %,d accounts".formatted(sum, settings.accounts()));
  }

  private void outside(Map<Integer, SagaView> ends) {
    check("nothing was done outside twice", List.copyOf(world.twice()), "none");
    List<String> wrong = new ArrayList<>();
    ends.forEach(
        (i, saga) -> {
          String held = orders.get(i).held();
          boolean reserved = held.equals(UpgradeWorld.RATE) || held.equals(UpgradeWorld.NOTIFY);
          boolean stands = reserved && saga.status() == SagaView.Status.COMPLETED;
          if (world.holdsLimit("t-" + i) != stands) {
            wrong.add("t-" + i);
          }
        });
    check(
        "what the removed step had reserved was undone with its transfer, and only then",
        wrong,
        "%,d undone".formatted(world.released()));
  }
}
