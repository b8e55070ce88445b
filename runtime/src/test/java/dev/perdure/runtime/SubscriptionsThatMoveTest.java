package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Reaction;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.inspect.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions go on where their events go: to other leaders, other shards, through a backup. */
class SubscriptionsThatMoveTest {

  private static final int WALLETS = 40;

  @TempDir private Path directory;

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger repeats = new AtomicInteger();

  /** Writes down what it is told. */
  @Named("book")
  final class Book implements Subscription<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public void handle(List<Delivery<Wallet.Event>> batch) {
      batch.forEach(one -> seen.add(one.entity() + "/" + one.version()));
    }
  }

  /** What is paid into a wallet is paid into another one, too. */
  @Named("mirror")
  static final class Mirror implements Reaction<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public List<Effect> react(Delivery<Wallet.Event> delivery) {
      return delivery.event() instanceof Wallet.Deposited deposited
              && delivery.entity().startsWith("w")
          ? List.of(
              Effect.command(
                  "wallet", "m" + delivery.entity(), new Wallet.Deposit(deposited.amount())))
          : List.of();
    }
  }

  private Service service() {
    return new Service() {
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

      @Override
      public List<Subscription<?>> subscriptions() {
        return List.of(new Book());
      }

      @Override
      public List<Reaction<?>> reactions() {
        return List.of(new Mirror());
      }
    };
  }

  private static long balance(RunningNode node, String wallet) {
    return node.read(wallet) instanceof Outcome.Done done
        ? Long.parseLong(RunningNode.text(done).replaceAll(".*:(-?\\d+)}.*", "$1"))
        : 0;
  }

  private static void payAll(RunningNode node, int round) {
    for (int i = 0; i < WALLETS; i++) {
      String key = "d" + round;
      String wallet = "w" + i;
      node.until(60, () -> node.run(wallet, new Wallet.Deposit(1), key) instanceof Outcome.Done);
    }
  }

  /** Each event of an entity comes first after the one before it. */
  private void assertInOrder(int each) {
    Map<String, Integer> last = new HashMap<>();
    int again = 0;
    for (String id : seen) {
      String wallet = id.substring(0, id.indexOf('/'));
      int version = Integer.parseInt(id.substring(id.indexOf('/') + 1));
      int before = last.getOrDefault(wallet, 0);
      assertThat(version).as("%s behind %d", id, before).isLessThanOrEqualTo(before + 1);
      again += version <= before ? 1 : 0;
      last.put(wallet, Math.max(before, version));
    }
    repeats.set(again);
    for (int i = 0; i < WALLETS; i++) {
      assertThat(last).containsEntry("w" + i, each);
    }
  }

  private boolean mirrored(RunningNode node, int each) {
    for (int i = 0; i < WALLETS; i++) {
      if (balance(node, "mw" + i) != each || !seen.contains("w" + i + "/" + each)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void goOnThoughSlotsMoveThereAndBackAndALeaderStops() throws InterruptedException {
    try (ClusterNodes nodes = new ClusterNodes(directory, 3, this::service)) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      payAll(one, 0);
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger rounds = new AtomicInteger(1);
      Thread payer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      payAll(two, rounds.getAndIncrement());
                    }
                  });
      move(two, 2, 1);
      move(two, 0, 2);
      nodes.stop(one);
      move(two, 1, 3);
      over.set(true);
      payer.join();
      int each = rounds.get();
      two.until(90, () -> mirrored(three, each));
      assertInOrder(each);
      assertThat(repeats.get()).as("of %d", seen.size()).isLessThan(seen.size() / 2);
    }
  }

  private static void move(RunningNode node, int to, int number) {
    var control = node.node().peers().control();
    node.until(
        60,
        () ->
            control.change(
                    new ClusterCommand.Move(List.of(new ClusterMap.Slots(0, 700)), to), "tester")
                instanceof Outcome.Done);
    node.until(
        90,
        () -> {
          ClusterMap map = node.node().peers().view().map();
          return map.lastMove() == number && map.moves().isEmpty();
        });
  }

  private RunningNode open(String name, int shards) throws IOException {
    Path data = Files.createDirectories(directory.resolve(name));
    return RunningNode.open(NodeOptions.of(data).withShards(shards), service());
  }

  @Test
  void goOnWhereABackupIsRestoredToOtherShards() throws IOException {
    Path repository = directory.resolve("backups");
    try (RunningNode node = open("here", 2)) {
      for (int round = 0; round < 5; round++) {
        payAll(node, round);
      }
      node.until(60, () -> mirrored(node, 5));
      node.node().backups().start(new Backups.Request(repository, false, 1L << 40));
      node.until(60, () -> !node.node().backups().status().running());
      assertThat(node.node().backups().status().problem()).isEmpty();
    }
    assertInOrder(5);
    Repository from = Repository.open(repository);
    var _ =
        new Restoration(from, from.newest(), new Progress())
            .to(directory.resolve("there"), 3, Entropy.system());
    try (RunningNode node = open("there", 3)) {
      for (int round = 5; round < 8; round++) {
        payAll(node, round);
      }
      node.until(60, () -> mirrored(node, 8));
      assertInOrder(8);
    }
    assertThat(Verification.run(DataDirectory.existing(directory.resolve("there")), null))
        .allMatch(Verification.Checked::holds);
  }
}
