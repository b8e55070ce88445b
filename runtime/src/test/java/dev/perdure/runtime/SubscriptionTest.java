package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Reaction;
import dev.perdure.api.Retry;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.runtime.Subscriptions.Answer;
import dev.perdure.runtime.Subscriptions.InShard;
import dev.perdure.runtime.Subscriptions.To;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.stream.Streams;
import dev.perdure.runtime.subscription.DeadLetter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams, subscriptions and reactions of one node. */
class SubscriptionTest {

  private static final int WALLETS = 5;

  /** Where mails go. */
  interface Mails {
    void send(String id, String text) throws Exception;
  }

  // docs: subscription
  /** Tells people what was paid into their wallets. */
  @Named("mailer")
  record Mailer(Mails mails) implements Subscription<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public void handle(List<Delivery<Wallet.Event>> batch) throws Exception {
      for (Delivery<Wallet.Event> one : batch) {
        if (one.event() instanceof Wallet.Deposited paid) {
          mails.send(one.id(), paid.amount() + " came in"); // id(): the same if it is told again
        }
      }
    }

    @Override
    public SubscriptionOptions options() {
      return SubscriptionOptions.defaults().withBatch(20).withRetry(Retry.times(10));
    }
  }

  // docs: end

  @TempDir private Path directory;

  private final Book book = new Book();
  private final Map<String, String> mails = new ConcurrentHashMap<>();

  /** Writes down what it is told, and fails for what it is told to. */
  @Named("book")
  static final class Book implements Subscription<Wallet.Event> {
    final List<String> seen = new CopyOnWriteArrayList<>();
    final Set<String> fails = ConcurrentHashMap.newKeySet();

    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public void handle(List<Delivery<Wallet.Event>> batch) {
      for (Delivery<Wallet.Event> one : batch) {
        if (fails.contains(one.id())) {
          throw new IllegalStateException("no " + one.id());
        }
      }
      batch.forEach(one -> seen.add(one.id()));
    }

    @Override
    public SubscriptionOptions options() {
      return SubscriptionOptions.defaults()
          .withBatch(7)
          .withRetry(new Retry(3, Duration.ofMillis(5), 2, Duration.ofMillis(20)));
    }
  }

  // docs: reaction
  /** What is paid into a wallet is given to the church as well, and a beggar spends a coin. */
  @Named("tithe")
  static final class Tithe implements Reaction<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public List<Effect> react(Delivery<Wallet.Event> delivery) {
      return delivery.event() instanceof Wallet.Deposited paid
              && !delivery.entity().equals("church")
          ? List.of(
              Effect.command("wallet", "church", new Wallet.Deposit(paid.amount())),
              Effect.offer("wallet", "beggar", new Wallet.Withdraw(1)))
          : List.of();
    }
  }

  // docs: end

  private record Bundle(List<Subscription<?>> subscriptions, List<Reaction<?>> reactions)
      implements Service {
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
    return RunningNode.open(
        NodeOptions.of(directory),
        new Bundle(List.of(book, new Mailer(mails::put)), List.of(new Tithe())));
  }

  private static void pay(RunningNode node, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(node.run("w" + i % WALLETS, new Wallet.Deposit(10), "d" + i))
          .isInstanceOf(Outcome.Done.class);
    }
  }

  private static long balance(RunningNode node, String wallet) {
    return node.read(wallet) instanceof Outcome.Done done
        ? Long.parseLong(RunningNode.text(done).replaceAll(".*:(-?\\d+)}.*", "$1"))
        : 0;
  }

  private static boolean caughtUp(RunningNode node) {
    return node.node().consumers().figures().stream().allMatch(one -> one.lag() == 0);
  }

  private static List<InShard> shards(RunningNode node, String name) {
    return ((Answer.Seen) node.node().subscriptions().get(name, node.context()))
        .subscription()
        .shards();
  }

  private static List<DeadLetter> dead(RunningNode node, String name) {
    List<DeadLetter> all = new ArrayList<>();
    for (InShard one : shards(node, name)) {
      if (one.state() != null) {
        all.addAll(one.state().dead());
      }
    }
    return all;
  }

  /** Those of one entity in order, none left out; repeats count only if they come later. */
  private void assertSeen(int each) {
    Map<String, Integer> last = new HashMap<>();
    for (String id : book.seen) {
      String entity = id.substring(0, id.lastIndexOf('/'));
      int version = Integer.parseInt(id.substring(id.lastIndexOf('/') + 1));
      assertThat(version)
          .as("after %s", last)
          .isLessThanOrEqualTo(last.getOrDefault(entity, 0) + 1);
      last.merge(entity, version, Math::max);
    }
    for (int i = 0; i < WALLETS; i++) {
      assertThat(last).containsEntry("wallet/w" + i, each);
    }
  }

  @Test
  void deliversEveryEventInOrderAndReactsOnceAcrossRestarts() {
    for (int round = 0; round < 4; round++) {
      try (RunningNode node = open()) {
        pay(node, round * 100, round * 100 + 100);
        if (round == 3) {
          node.until(30, () -> balance(node, "church") == 4_000);
          node.until(30, () -> book.seen.contains("wallet/w4/80"));
          node.until(30, () -> caughtUp(node));
          assertThat(dead(node, "tithe")).isEmpty();
          node.until(30, () -> mails.size() == 800);
          assertThat(mails).containsEntry("wallet/w1/1", "10 came in");
        }
      }
    }
    assertSeen(80);
  }

  @Test
  void givesUpWhatKeepsFailingAndTriesItAgainWhenAsked() {
    book.fails.add("wallet/w1/2");
    try (RunningNode node = open()) {
      pay(node, 0, 50);
      node.until(30, () -> book.seen.contains("wallet/w1/10") && !dead(node, "book").isEmpty());
      DeadLetter letter = dead(node, "book").getFirst();
      assertThat(letter.id()).isEqualTo("default/wallet/w1/2");
      assertThat(letter.error()).isEqualTo("IllegalStateException: no wallet/w1/2");
      assertThat(letter.attempts()).isEqualTo(3);
      Subscriptions door = node.node().subscriptions();
      door.replay("book", letter.id(), node.context());
      node.until(30, () -> dead(node, "book").getFirst().attempts() == 4);
      book.fails.clear();
      door.replay("book", letter.id(), node.context());
      node.until(30, () -> dead(node, "book").isEmpty());
      assertThat(book.seen).contains("wallet/w1/2");
      book.fails.add("wallet/w3/11");
      pay(node, 50, 55);
      node.until(30, () -> !dead(node, "book").isEmpty());
      assertThat(door.discard("book", "default/wallet/w3/99", "no", node.context()))
          .isInstanceOf(Answer.Failed.class);
      door.discard("book", null, "nobody needs it", node.context());
      assertThat(dead(node, "book")).isEmpty();
      assertThat(book.seen).doesNotContain("wallet/w3/11");
    }
  }

  @Test
  void restsAndGoesOnAndBeginsAgain() {
    try (RunningNode node = open()) {
      pay(node, 0, 50);
      node.until(30, () -> book.seen.size() >= 50);
      Subscriptions door = node.node().subscriptions();
      door.pause("book", "to see", node.context());
      node.until(
          30,
          () ->
              node.node().consumers().figures().stream()
                  .filter(one -> one.of().subscription().equals("book"))
                  .allMatch(SubscriptionFigures::paused));
      int before = book.seen.size();
      long noon = node.node().clock().wallMicros();
      pay(node, 50, 100);
      node.until(30, () -> balance(node, "church") == 1_000);
      assertThat(book.seen).hasSize(before);
      assertThat(
              node.node().consumers().figures().stream().mapToLong(SubscriptionFigures::lag).sum())
          .isGreaterThanOrEqualTo(50);
      door.resume("book", node.context());
      node.until(30, () -> book.seen.contains("wallet/w4/20"));
      assertSeen(20);

      book.seen.clear();
      door.rewind("book", new To.Time(noon), "once more", node.context());
      node.until(
          30, () -> book.seen.contains("wallet/w4/20") && book.seen.contains("wallet/w0/20"));
      assertThat(book.seen).contains("wallet/w0/11").doesNotContain("wallet/w0/10");
      node.until(30, () -> caughtUp(node));
      book.seen.clear();
      door.rewind("book", new To.Beginning(), "all of it", node.context());
      node.until(30, () -> book.seen.contains("wallet/w4/20"));
      node.until(30, () -> book.seen.contains("wallet/w0/20"));
      assertSeen(20);
    }
  }

  @Test
  void aStreamIsReadInPartsWithoutGaps() {
    try (RunningNode node = open()) {
      pay(node, 0, 100);
      node.until(30, () -> balance(node, "church") == 1_000);
      Streams streams = node.node().streams();
      List<String> all = new ArrayList<>();
      StreamPosition at = StreamPosition.START;
      while (true) {
        Streams.Page page = streams.read("default", "wallet", at, 9);
        for (Streams.Entry one : page.entries()) {
          all.add(one.entity().id() + "/" + one.event().version());
        }
        at = StreamPosition.of(page.next().text());
        if (page.end() && page.entries().isEmpty()) {
          break;
        }
      }
      assertThat(all).hasSize(200).doesNotHaveDuplicates().contains("w4/20", "church/100");
      assertThat(streams.read("other", "wallet", StreamPosition.START, 9).entries()).isEmpty();
    }
  }
}
