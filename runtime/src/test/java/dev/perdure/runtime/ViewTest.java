package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import dev.perdure.api.ViewIndex;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Views.Answer;
import dev.perdure.runtime.Views.Comparison;
import dev.perdure.runtime.Views.Filter;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views of one node with two shards. */
class ViewTest {

  @TempDir private Path directory;

  private final Wealth wealth = new Wealth();

  /** Wallets that are not empty, by what they hold. */
  @Named("rich")
  static final class Rich implements View<Wallet.State, Rich.Row> {

    record Row(long balance, boolean even) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Row> row(String id, Wallet.State state) {
      return state.balance() == 0
          ? Optional.empty()
          : Optional.of(new Row(state.balance(), state.balance() % 2 == 0));
    }

    @Override
    public List<ViewIndex> indexes() {
      return List.of(ViewIndex.on("balance"), ViewIndex.on("even", "balance"));
    }
  }

  /** Like {@link Rich}, and tests take a hand in it. */
  @Named("wealth")
  static final class Wealth implements View<Wallet.State, Wealth.Wealthy> {
    final Set<String> fails = ConcurrentHashMap.newKeySet();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean waiting;
    volatile int version = 1;

    record Wealthy(long balance, boolean even, @Nullable String kind) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Wealthy> row(String id, Wallet.State state) {
      waiting = gate.getCount() > 0;
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (fails.contains(id)) {
        throw new IllegalStateException("not " + id);
      }
      long balance = state.balance();
      return balance == 0
          ? Optional.empty()
          : Optional.of(
              new Wealthy(balance, balance % 2 == 0, version == 1 ? null : "v" + version));
    }

    @Override
    public List<ViewIndex> indexes() {
      return List.of(ViewIndex.on("balance"), ViewIndex.on("even", "balance"));
    }

    @Override
    public int version() {
      return version;
    }
  }

  /** The same name with other fields. */
  @Named("wealth")
  static final class OtherWealth implements View<Wallet.State, OtherWealth.Holding> {
    volatile CountDownLatch gate = new CountDownLatch(0);

    record Holding(long holds) {}

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public Optional<Holding> row(String id, Wallet.State state) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Optional.of(new Holding(state.balance()));
    }
  }

  private record Bundle(List<View<?, ?>> views) implements Service {
    @Override
    public String name() {
      return "wallets";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }
  }

  private RunningNode open() {
    return open(new Rich(), wealth);
  }

  private RunningNode open(View<?, ?>... views) {
    return RunningNode.open(NodeOptions.of(directory).withShards(2), new Bundle(List.of(views)));
  }

  private static void pay(RunningNode node, String id, long amount) {
    assertThat(node.run(id, new Wallet.Deposit(amount), null)).isInstanceOf(Outcome.Done.class);
  }

  private static Views.Query query(String view, int limit, @Nullable String order, Filter... all) {
    return new Views.Query(
        view,
        "default",
        List.of(all),
        order,
        null,
        new Views.Extent(limit, 1 << 20),
        Views.Bound.NONE);
  }

  private static Views.Query page(Views.Query of, @Nullable String page) {
    return new Views.Query(
        of.view(), of.tenant(), of.filters(), of.order(), page, of.extent(), of.bound());
  }

  private static Answer.Rows rows(RunningNode node, Views.Query query) {
    Answer answer = node.node().views().query(query, node.context());
    assertThat(answer).isInstanceOf(Answer.Rows.class);
    return (Answer.Rows) answer;
  }

  private static ProblemCode problem(RunningNode node, Views.Query query) {
    Answer answer = node.node().views().query(query, node.context());
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return ((Answer.Failed) answer).problem().code();
  }

  private static List<String> ids(Answer.Rows rows) {
    return rows.rows().stream().map(Views.Row::id).toList();
  }

  private static String text(Views.Row row) {
    return row.id() + "@" + row.version() + new String(row.json(), StandardCharsets.UTF_8);
  }

  private static void caughtUp(RunningNode node) {
    node.until(
        60,
        () ->
            node.node().viewKeepers().figures().stream()
                .allMatch(one -> one.lag() == 0 && !one.rebuilding()));
  }

  /** All pages of a query. */
  private static List<Views.Row> all(RunningNode node, Views.Query query) {
    List<Views.Row> all = new ArrayList<>();
    String page = null;
    do {
      Answer.Rows rows = rows(node, page(query, page));
      all.addAll(rows.rows());
      page = rows.next();
      assertThat(rows.rows().size()).isLessThanOrEqualTo(query.extent().rows());
    } while (page != null);
    return all;
  }

  @Test
  void hasWhatAFoldOfEveryEntityHasAfterARandomWorkloadAcrossRestarts() {
    SplittableRandom random = new SplittableRandom(90_017);
    Map<String, Long> balances = new HashMap<>();
    Map<String, Long> versions = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      try (RunningNode node = open()) {
        for (int i = 0; i < 400; i++) {
          String id = "w" + random.nextInt(120);
          long balance = balances.getOrDefault(id, 0L);
          boolean pays = balance == 0 || random.nextBoolean();
          long amount = pays ? random.nextInt(1, 20) : random.nextLong(1, balance + 1);
          node.run(id, pays ? new Wallet.Deposit(amount) : new Wallet.Withdraw(amount), null);
          balances.put(id, pays ? balance + amount : balance - amount);
          versions.merge(id, 1L, Long::sum);
        }
        caughtUp(node);
        compare(node, balances, versions);
      }
    }
  }

  private static void compare(
      RunningNode node, Map<String, Long> balances, Map<String, Long> versions) {
    List<String> expected =
        balances.entrySet().stream()
            .filter(one -> one.getValue() != 0)
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(
                one ->
                    "%s@%d{\"balance\":%d,\"even\":%b}"
                        .formatted(
                            one.getKey(),
                            versions.get(one.getKey()),
                            one.getValue(),
                            one.getValue() % 2 == 0))
            .toList();
    assertThat(all(node, query("rich", 7, "balance")).stream().map(ViewTest::text))
        .containsExactlyElementsOf(expected);
    assertThat(all(node, query("rich", 1_000, "-balance")).stream().map(ViewTest::text))
        .containsExactlyElementsOf(expected.reversed());
    Filter even = new Filter("even", Comparison.EQ, "true");
    Filter above = new Filter("balance", Comparison.GT, "10");
    Filter below = new Filter("balance", Comparison.LE, "30");
    assertThat(all(node, query("rich", 3, null, even, above, below)).stream().map(ViewTest::text))
        .containsExactlyElementsOf(
            expected.stream()
                .filter(one -> one.contains("\"even\":true"))
                .filter(one -> balance(one) > 10 && balance(one) <= 30)
                .toList());
    long rows =
        node.node().viewKeepers().figures().stream()
            .filter(one -> one.of().view().equals("rich"))
            .mapToLong(ViewFigures::rows)
            .sum();
    assertThat(rows).isEqualTo(expected.size());
  }

  private static long balance(String row) {
    return Long.parseLong(row.replaceAll(".*\"balance\":(\\d+),.*", "$1"));
  }

  @Test
  void aPageGoesOnWhereTheLastOneEndedWhileRowsChange() {
    try (RunningNode node = open()) {
      for (int i = 0; i < 60; i++) {
        pay(node, "w%02d".formatted(i), 100 + i);
      }
      caughtUp(node);
      for (String order : List.of("balance", "-balance")) {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        Set<String> moved = new HashSet<>();
        String page = null;
        int changes = 0;
        do {
          Answer.Rows rows = rows(node, page(query("rich", 7, order), page));
          ids(rows).forEach(id -> twice.addAll(seen.add(id) ? List.of() : List.of(id)));
          page = rows.next();
          String id = "w%02d".formatted((changes * 17 + 3) % 60);
          moved.add(id);
          pay(node, id, 1_000);
          pay(node, "new" + changes++, 130);
          caughtUp(node);
        } while (page != null && changes < 100);
        assertThat(moved).containsAll(twice);
        for (int i = 0; i < 60; i++) {
          String id = "w%02d".formatted(i);
          assertThat(seen.contains(id) || moved.contains(id)).as(id).isTrue();
        }
      }
    }
  }

  @Test
  void refusesWhatNoIndexServesAndPagesOfOtherQueries() {
    try (RunningNode node = open()) {
      for (int i = 1; i <= 5; i++) {
        pay(node, "w" + i, i);
      }
      caughtUp(node);
      Filter even = new Filter("even", Comparison.EQ, "true");
      Filter rich = new Filter("balance", Comparison.GE, "2");
      assertThat(ids(rows(node, query("rich", 9, null, even)))).containsExactly("w2", "w4");
      assertThat(ids(rows(node, query("rich", 9, "id")))).hasSize(5);
      for (Views.Query wrong :
          List.of(
              query("rich", 9, "even", rich),
              query("rich", 9, "id", rich),
              query("rich", 9, null, new Filter("even", Comparison.GT, "false"), rich),
              query("rich", 9, null, new Filter("balance", Comparison.EQ, "much")),
              query("rich", 9, null, new Filter("colour", Comparison.EQ, "red")),
              query("rich", 9, "colour"),
              page(query("rich", 9, null), "nonsense"),
              page(query("rich", 9, "-id"), rows(node, query("rich", 2, "id")).next()))) {
        assertThat(problem(node, wrong)).as("%s", wrong).isEqualTo(ProblemCode.MALFORMED_REQUEST);
      }
      assertThat(problem(node, query("nothing", 9, null))).isEqualTo(ProblemCode.UNKNOWN_TYPE);
      Views.Query foreign =
          new Views.Query(
              "rich",
              "other",
              List.of(),
              null,
              rows(node, query("rich", 2, null)).next(),
              new Views.Extent(9, 1 << 20),
              Views.Bound.NONE);
      assertThat(rows(node, foreign).rows()).as("another tenant's").isEmpty();
    }
  }

  @Test
  void whoWroteSeesItIfTheyAskForIt() {
    try (RunningNode node = open()) {
      caughtUp(node);
      for (int i = 1; i <= 50; i++) {
        pay(node, "w1", 1);
        Answer.Rows rows = rows(node, covering("w1", i));
        assertThat(rows.rows().getFirst().version()).isGreaterThanOrEqualTo(i);
      }
      node.run("w1", new Wallet.Withdraw(50), null);
      assertThat(rows(node, covering("w1", 51)).rows()).as("empty wallets have no row").isEmpty();
      StreamPosition latest = node.node().streams().latest();
      Views.Query bound =
          new Views.Query(
              "rich",
              "default",
              List.of(),
              null,
              null,
              new Views.Extent(9, 1 << 20),
              new Views.Bound(latest, null));
      StreamPosition seen = rows(node, bound).position();
      latest
          .offsets()
          .forEach((shard, offset) -> assertThat(seen.of(shard)).isGreaterThanOrEqualTo(offset));
      CallContext hurry =
          new CallContext("tester", "", node.node().clock().monotonicNs() + 50_000_000);
      Answer late = node.node().views().query(covering("w1", 99), hurry);
      assertThat(((Answer.Failed) late).problem().code()).isEqualTo(ProblemCode.VIEW_BEHIND);
    }
  }

  private static Views.Query covering(String id, long version) {
    return new Views.Query(
        "rich",
        "default",
        List.of(),
        null,
        null,
        new Views.Extent(9, 1 << 20),
        new Views.Bound(StreamPosition.START, new Views.Covered(RunningNode.address(id), version)));
  }

  @Test
  void otherCodeMakesRowsAnewWhileThoseThereAnswer() {
    try (RunningNode node = open()) {
      for (int i = 1; i <= 20; i++) {
        pay(node, "w" + i, i);
      }
      caughtUp(node);
    }
    wealth.version = 2;
    wealth.gate = new CountDownLatch(1);
    try (RunningNode node = open()) {
      pay(node, "w99", 99);
      Answer.Rows old = rows(node, query("wealth", 100, null));
      assertThat(old.rebuilding()).isTrue();
      assertThat(ids(old)).hasSize(20);
      assertThat(text(old.rows().getFirst())).endsWith("\"kind\":null}");
      caughtUpOf(node, "rich");
      assertThat(rows(node, query("rich", 100, null)).rebuilding()).isFalse();
      wealth.gate.countDown();
      node.until(60, () -> !rows(node, query("wealth", 100, null)).rebuilding());
      Answer.Rows anew = rows(node, query("wealth", 100, null));
      assertThat(ids(anew)).hasSize(21);
      assertThat(anew.rows()).allMatch(one -> text(one).endsWith("\"kind\":\"v2\"}"));
      assertThat(node.node().views().rebuild("wealth")).isTrue();
      assertThat(node.node().views().rebuild("nothing")).isFalse();
      pay(node, "w100", 1);
      node.until(60, () -> ids(rows(node, query("wealth", 100, null))).size() == 22);
      caughtUp(node);
    }
  }

  private static void caughtUpOf(RunningNode node, String view) {
    node.until(
        60,
        () ->
            node.node().viewKeepers().figures().stream()
                .filter(one -> one.of().view().equals(view))
                .allMatch(one -> one.lag() == 0 && !one.rebuilding()));
  }

  @Test
  void otherFieldsDoNotAnswerBeforeTheyAreMade() {
    try (RunningNode node = open()) {
      pay(node, "w1", 1);
      pay(node, "w2", 1);
      caughtUp(node);
    }
    OtherWealth other = new OtherWealth();
    other.gate = new CountDownLatch(1);
    try (RunningNode node = open(other)) {
      assertThat(problem(node, query("wealth", 9, null))).isEqualTo(ProblemCode.VIEW_REBUILDING);
      other.gate.countDown();
      caughtUp(node);
      assertThat(ids(rows(node, query("wealth", 9, null)))).containsExactly("w1", "w2");
    }
  }

  @Test
  void anEntityThatItsCodeFailsForHoldsUpNobody() {
    wealth.fails.add("w2");
    try (RunningNode node = open()) {
      for (int i = 1; i <= 5; i++) {
        pay(node, "w" + i, i);
      }
      caughtUp(node);
      assertThat(ids(rows(node, query("wealth", 9, null)))).containsExactly("w1", "w3", "w4", "w5");
      Views.Standing standing = node.node().views().standing("wealth");
      assertThat(standing.failures())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.entity()).isEqualTo(RunningNode.address("w2"));
                assertThat(one.error()).isEqualTo("IllegalStateException: not w2");
              });
      assertThat(standing.shards().stream().mapToLong(ViewFigures::failed).sum()).isEqualTo(1);
      wealth.fails.clear();
      pay(node, "w2", 1);
      caughtUp(node);
      assertThat(ids(rows(node, query("wealth", 9, null)))).hasSize(5);
      assertThat(node.node().views().standing("wealth").failures()).isEmpty();
    }
  }

  @Test
  void isMadeAnewWhenWhatIsStoredIsGoneOrDamaged() throws IOException {
    Path views;
    try (RunningNode node = open()) {
      for (int i = 1; i <= 30; i++) {
        pay(node, "w" + i, i);
      }
      caughtUp(node);
      views = node.node().data().views();
    }
    Snapshots.delete(views);
    try (RunningNode node = open()) {
      caughtUp(node);
      assertThat(rows(node, query("rich", 100, null)).rows()).hasSize(30);
    }
    Files.writeString(views.resolve("CURRENT"), "damaged");
    try (RunningNode node = open()) {
      caughtUp(node);
      assertThat(rows(node, query("rich", 100, null)).rows()).hasSize(30);
    }
  }

  @Test
  void damageOfTheReplicaIsNoDamageOfItsViews() {
    try (RunningNode node = open()) {
      for (int i = 1; i <= 20; i++) {
        pay(node, "w" + i, i);
      }
      pay(node, "empty", 1);
      node.run("empty", new Wallet.Withdraw(1), null);
      caughtUp(node);
      damage(node, "empty");
      for (int i = 0; i < 3; i++) {
        assertThat(problem(node, covering("empty", 2))).isEqualTo(ProblemCode.READ_ONLY);
        assertThat(rows(node, query("rich", 100, null)).rows()).hasSize(20);
      }
      wealth.gate = new CountDownLatch(1);
      pay(node, "w1", 1);
      node.until(60, () -> wealth.waiting);
      pay(node, "w1", 1);
      damage(node, "w1");
      wealth.gate.countDown();
      node.until(60, () -> troubled(node, "wealth"));
      Answer.Rows there = rows(node, query("wealth", 100, null));
      assertThat(there.rows()).hasSize(20);
      assertThat(there.rebuilding()).isFalse();
    }
  }

  private static boolean troubled(RunningNode node, String view) {
    return node.node().viewKeepers().figures().stream()
        .anyMatch(one -> one.of().view().equals(view) && one.error().contains("store is damaged"));
  }

  /** Damages all that is stored of an entity. */
  private static void damage(RunningNode node, String id) {
    EntityAddress entity = RunningNode.address(id);
    int damaged = 0;
    for (int number = 0; number < 2; number++) {
      StateStore store = Inside.shard(node.node(), number).store();
      StoreBatch batch = new StoreBatch();
      try (StateStore.Scan rows = store.scan(Keys.record(entity, 0), Keys.recordsEnd(entity))) {
        for (; rows.valid(); rows.next(), damaged++) {
          batch.put(rows.key(), new byte[] {1, 2, 3});
          batch.put(Keys.checkpoint(entity), new byte[] {1, 2, 3});
        }
      }
      store.write(batch);
    }
    assertThat(damaged).as(id).isPositive();
  }

  @Test
  void soManyQueriesWaitAndNoMore() throws Exception {
    try (RunningNode node = open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      caughtUp(node);
      List<Future<Answer.Rows>> waiting = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        waiting.add(threads.submit(() -> admitted(node)));
      }
      node.until(
          60,
          () -> {
            CallContext hurry =
                new CallContext("tester", "", node.node().clock().monotonicNs() + 50_000_000);
            Answer answer = node.node().views().query(covering("w1", 1), hurry);
            return isOneTooMany(answer);
          });
      assertThat(rows(node, query("rich", 9, null)).rows()).as("who need not wait").isEmpty();
      pay(node, "w1", 1);
      for (Future<Answer.Rows> one : waiting) {
        assertThat(ids(one.get())).containsExactly("w1");
      }
      assertThat(ids(rows(node, covering("w1", 1)))).containsExactly("w1");
    }
  }

  /** Waits for its turn to wait: the test asks too, and may have been faster. */
  private static Answer.Rows admitted(RunningNode node) {
    while (true) {
      Answer answer = node.node().views().query(covering("w1", 1), node.context());
      if (!isOneTooMany(answer)) {
        return (Answer.Rows) answer;
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static boolean isOneTooMany(Answer answer) {
    return answer instanceof Answer.Failed failed
        && failed.problem().code() == ProblemCode.VIEW_BEHIND
        && failed.problem().detail().endsWith("256 queries wait for views already");
  }
}
