package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Capability;
import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Entity;
import dev.perdure.api.HandlerFailed;
import dev.perdure.api.Named;
import dev.perdure.api.Reaction;
import dev.perdure.api.Retry;
import dev.perdure.api.RetryAfter;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.api.Undeliverable;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.runtime.Subscriptions.Answer;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.type.TypeDefinitionException;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions whose handlers call what goes away, hangs, or is not to blame. */
class HandlerOutageTest {

  /** Closed again soon after the depot is back. */
  private static final Policy SOON =
      Policy.defaults()
          .with(
              Breaking.defaults()
                  .opening(new Breaking.Opening(Duration.ofMillis(200), Duration.ofMillis(200)))
                  .probing(1, Duration.ofSeconds(5)));

  /** Used up in a moment, if attempts were counted during an outage. */
  private static final Retry SHORT = new Retry(4, Duration.ofMillis(5), 1, Duration.ofMillis(5));

  @TempDir private Path directory;

  private final Depot depot = new Depot();
  private SubscriptionOptions options =
      SubscriptionOptions.defaults().withBatch(5).withRetry(SHORT).withDependency("depot");

  /** Somebody outside who takes parcels. */
  private static final class Depot {
    final List<String> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    volatile boolean down;
    volatile boolean hangs;
    volatile boolean deaf;
    volatile boolean full;
    volatile @Nullable Exception refuses;

    void take(String id) throws Exception {
      calls.incrementAndGet();
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      try {
        answer(id);
      } finally {
        inside.decrementAndGet();
      }
    }

    private void answer(String id) throws Exception {
      while (deaf) {
        LockSupport.parkNanos(this, 1_000_000);
        Thread.interrupted(); // heeds no interrupt
      }
      if (hangs) {
        LockSupport.parkNanos(this, Duration.ofMinutes(5).toNanos());
        throw new IOException("nobody answered");
      }
      if (down) {
        throw new IOException("no route to the depot");
      }
      if (full) {
        throw new RetryAfter("the depot is full", Duration.ofSeconds(3));
      }
      Exception refusal = refuses;
      if (refusal != null && id.equals("wallet/w0/1")) {
        throw refusal;
      }
      taken.add(id);
    }
  }

  /** Hands over what happens. */
  @Named("courier")
  private final class Courier implements Subscription<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public void handle(List<Delivery<Wallet.Event>> batch) throws Exception {
      for (Delivery<Wallet.Event> one : batch) {
        depot.take(one.id());
      }
    }

    @Override
    public SubscriptionOptions options() {
      return options;
    }
  }

  /** Says that it calls something, and cannot. */
  @Named("wrong")
  private static final class Wrong implements Reaction<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public List<Effect> react(Delivery<Wallet.Event> delivery) {
      return List.of();
    }

    @Override
    public SubscriptionOptions options() {
      return SubscriptionOptions.defaults().withDependency("depot");
    }
  }

  private record Bundle(List<Subscription<?>> subscriptions, List<Reaction<?>> reactions)
      implements Service {
    @Override
    public String name() {
      return "parcels";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }

    @Override
    public List<Capability> capabilities() {
      return List.of(Capability.optional("delivery").needs("depot"));
    }
  }

  private RunningNode open() {
    return RunningNode.open(
        NodeOptions.of(directory).withPolicies(Map.of("depot", SOON)),
        new Bundle(List.of(new Courier()), List.of()));
  }

  private static void pay(RunningNode node, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(node.run("w" + i % 3, new Wallet.Deposit(10), "d" + i))
          .isInstanceOf(Outcome.Done.class);
    }
  }

  private static List<DeadLetter> dead(RunningNode node) {
    return ((Answer.Seen) node.node().subscriptions().get("courier", node.context()))
        .subscription().shards().stream()
            .filter(one -> one.state() != null)
            .flatMap(one -> one.state().dead().stream())
            .toList();
  }

  private static Outside.View depotOf(RunningNode node) {
    return node.node().modes().outside().views().stream()
        .filter(one -> one.name().equals("depot"))
        .findFirst()
        .orElseThrow();
  }

  private static String error(RunningNode node) {
    return node.node().consumers().figures().stream()
        .map(SubscriptionFigures::error)
        .filter(one -> !one.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static boolean says(RunningNode node, String error) {
    return node.node().consumers().figures().stream().anyMatch(one -> one.error().equals(error));
  }

  private static long refusals(RunningNode node) {
    return depotOf(node).counts().refused().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void anOutageOfWhatAHandlerCallsIsWaitedForAndKillsNoEvent() {
    depot.down = true;
    try (RunningNode node = open()) {
      pay(node, 0, 30);
      node.until(30, () -> error(node).startsWith("not-sent: 'depot' was not called"));
      assertThat(error(node)).endsWith("; before that: IOException: no route to the depot");
      node.until(30, () -> node.node().modes().state().mode() == Mode.BROWNOUT);
      assertThat(node.node().modes().capabilities().all().getFirst().degraded()).isTrue();
      assertThat(depotOf(node).missing()).isNotEmpty();
      // Each that comes through is a probe: more of them than there are attempts.
      int before = depot.calls.get();
      node.until(60, () -> depot.calls.get() >= before + 8);
      assertThat(dead(node)).isEmpty();
      depot.down = false;
      node.until(30, () -> depot.taken.size() == 30);
      node.until(30, () -> node.node().modes().state().mode() == Mode.NORMAL);
      assertThat(dead(node)).isEmpty();
      assertThat(depot.taken).doesNotHaveDuplicates();
      assertThat(depotOf(node).standing()).isEqualTo("closed");
    }
  }

  @Test
  void whoAsksForAWaitIsNotTakenForWholeMeanwhile() {
    depot.down = true;
    try (RunningNode node = open()) {
      pay(node, 0, 30);
      node.until(30, () -> !depotOf(node).standing().equals("closed"));
      depot.full = true;
      depot.down = false;
      node.until(30, () -> says(node, "RetryAfter: the depot is full; next attempt in 3 s"));
      node.until(
          30,
          () ->
              !depotOf(node).missing().isEmpty()
                  && node.node().modes().capabilities().all().getFirst().degraded());
      int before = depot.calls.get();
      node.until(
          60,
          () -> {
            assertThat(node.node().modes().capabilities().all().getFirst().degraded()).isTrue();
            assertThat(depotOf(node).missing()).isNotEmpty();
            return depot.calls.get() >= before + 2;
          });
      assertThat(dead(node)).isEmpty();
      depot.full = false;
      node.until(30, () -> depot.taken.size() == 30);
      assertThat(dead(node)).isEmpty();
    }
  }

  /** What failed counts as missing for a minute: the next attempt comes before that is over. */
  @Test
  void noWaitIsLongerThanNewsOfWhatFailedAreGoodFor() {
    assertThat(new RetryAfter("in an hour", Duration.ofHours(1)).delay())
        .isEqualTo(RetryAfter.LONGEST)
        .isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void whatIsNotSentCostsAHandlerNoAttempt() {
    try (RunningNode node = open()) {
      node.node().modes().capabilities().force("delivery", "the depot moves", "ann");
      pay(node, 0, 12);
      node.until(30, () -> error(node).contains("not-sent"));
      long before = node.node().clock().monotonicNs();
      node.until(30, () -> node.node().clock().monotonicNs() - before > 2_500_000_000L);
      assertThat(depot.calls).hasValue(0);
      assertThat(dead(node)).isEmpty();
      node.node().modes().capabilities().release("delivery", "it has moved", "ann");
      node.until(30, () -> depot.taken.size() == 12);
      assertThat(dead(node)).isEmpty();
    }
    // Durable: what waits is what the cursor has not passed, in whatever process.
    depot.taken.clear();
    depot.down = true;
    options = options.withRetry(new Retry(1_000, Duration.ofMillis(50), 1, Duration.ofMillis(50)));
    try (RunningNode node = open()) {
      pay(node, 12, 20);
      node.until(30, () -> refusals(node) > 0);
    }
    depot.down = false;
    try (RunningNode node = open()) {
      node.until(30, () -> depot.taken.size() >= 8);
      assertThat(dead(node)).isEmpty();
    }
  }

  @Test
  void aHandlerThatHangsIsInterruptedAndWhatItCallsIsLeftAlone() {
    depot.hangs = true;
    options =
        options
            .withTimeout(Duration.ofMillis(150))
            .withRetry(new Retry(50, Duration.ofMillis(5), 1, Duration.ofMillis(5)));
    try (RunningNode node = open()) {
      pay(node, 0, 10);
      node.until(30, () -> !depotOf(node).missing().isEmpty());
      depot.hangs = false;
      node.until(30, () -> depot.taken.size() == 10);
      assertThat(dead(node)).isEmpty();
      assertThat(depot.calls.get()).isLessThan(40);
    }
  }

  @Test
  void aHandlerWithoutADependencyHasATimeToo() {
    depot.hangs = true;
    options = SubscriptionOptions.defaults().withTimeout(Duration.ofMillis(100)).withRetry(SHORT);
    try (RunningNode node = open()) {
      pay(node, 0, 1);
      node.until(30, () -> !dead(node).isEmpty());
      assertThat(dead(node).getFirst().error())
          .isEqualTo("TimeoutException: it had not ended after 100 ms");
      depot.hangs = false;
      pay(node, 1, 4);
      node.until(30, () -> depot.taken.size() == 3);
    }
  }

  @Test
  void twoHandlersAreNeverAtWorkInOneShardEvenIfOneHeedsNoInterrupt() {
    depot.deaf = true;
    options =
        SubscriptionOptions.defaults()
            .withTimeout(Duration.ofMillis(100))
            .withRetry(new Retry(1_000, Duration.ofMillis(1), 1, Duration.ofMillis(1)));
    try (RunningNode node = open()) {
      pay(node, 0, 6);
      node.until(30, () -> depot.inside.get() == 1);
      long before = node.node().clock().monotonicNs();
      node.until(30, () -> node.node().clock().monotonicNs() - before > 1_000_000_000L);
      assertThat(depot.calls).hasValue(1);
      depot.deaf = false;
      node.until(30, () -> depot.taken.size() >= 6);
      assertThat(depot.most).hasValue(1);
      assertThat(dead(node)).isEmpty();
    }
  }

  @Test
  void aReplayedLetterWaitsForWhoeverSaysWhenToComeAgain() {
    depot.refuses = new Undeliverable("nobody lives there");
    try (RunningNode node = open()) {
      pay(node, 0, 9);
      node.until(30, () -> !dead(node).isEmpty());
      depot.refuses = new RetryAfter("the depot is full", Duration.ofSeconds(1));
      int before = depot.calls.get();
      node.node().subscriptions().replay("courier", dead(node).getFirst().id(), node.context());
      node.until(30, () -> depot.calls.get() > before);
      node.until(
          30,
          () ->
              node.node().consumers().figures().stream()
                  .anyMatch(one -> one.error().startsWith("RetryAfter: the depot is full")));
      pay(node, 9, 18);
      node.until(30, () -> depot.taken.size() == 17);
      assertThat(dead(node).getFirst().replaying()).isTrue();
      depot.refuses = null;
      node.until(30, () -> dead(node).isEmpty());
      assertThat(depot.taken).contains("wallet/w0/1");
    }
  }

  @Test
  void anAddressThatIsNotKnownIsAnOutageAndNoMistake() {
    depot.refuses = new UnresolvedAddressException();
    try (RunningNode node = open()) {
      pay(node, 0, 3);
      node.until(30, () -> error(node).startsWith("not-sent"));
      int before = depot.calls.get();
      node.until(60, () -> depot.calls.get() >= before + 6);
      assertThat(dead(node)).isEmpty();
      depot.refuses = null;
      node.until(30, () -> depot.taken.size() == 3);
    }
  }

  @Test
  void whatIsNotTheFaultOfTheOtherSideIsNotBlamedOnIt() {
    options = options.withRetry(new Retry(12, Duration.ofMillis(1), 1, Duration.ofMillis(1)));
    List<Exception> faults =
        List.of(
            new HandlerFailed("the handler has a bug"),
            new Undeliverable("nobody lives there"),
            new IllegalArgumentException("no such street"),
            new NullPointerException("the address"),
            new IllegalStateException(new SQLException("duplicate key", "23505")));
    for (Exception fault : faults) {
      depot.refuses = fault;
      int letters = faults.indexOf(fault) + 1;
      try (RunningNode node = open()) {
        node.node()
            .subscriptions()
            .rewind("courier", new Subscriptions.To.Beginning(), "again", node.context());
        pay(node, letters * 9 - 9, letters * 9);
        node.until(30, () -> !dead(node).isEmpty());
        node.until(30, () -> depot.taken.contains("wallet/w2/" + letters * 3));
        assertThat(refusals(node)).as("%s", fault).isZero();
        assertThat(depotOf(node).standing()).isEqualTo("closed");
        node.node().subscriptions().discard("courier", null, "seen", node.context());
      }
    }
  }

  @Test
  void aReactionNamesNoDependency() {
    assertThatThrownBy(() -> new TypeRegistry(List.of(new Bundle(List.of(), List.of(new Wrong())))))
        .isInstanceOf(TypeDefinitionException.class)
        .hasMessageContaining("calls nothing");
  }
}
