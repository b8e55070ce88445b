package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.Wallet.Withdraw;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.ClusterMap.Slots;
import dev.perdure.runtime.node.Digests;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots move between shards of three nodes in this process, with callers all the while. */
class SlotMoveTest {

  private static final int WALLETS = 300;
  private static final long SECOND_NS = 1_000_000_000L;

  @TempDir Path directory;

  private ClusterNodes cluster;
  private List<RunningNode> nodes;

  @BeforeEach
  void startThree() {
    cluster = new ClusterNodes(directory, 2);
    nodes = cluster.open();
    for (int i = 1; i <= 3; i++) {
      start(i);
    }
    nodes.getFirst().until(60, () -> ClusterNodes.members(nodes.getFirst(), 3));
  }

  private RunningNode start(int number) {
    return cluster.start(number, number == 1 ? List.of() : List.of(cluster.address(1)));
  }

  @AfterEach
  void closeAll() {
    cluster.close();
  }

  private ClusterMap map() {
    return nodes.getFirst().node().peers().view().map();
  }

  private void change(ClusterCommand command) {
    assertThat(nodes.getFirst().node().peers().control().change(command, "tester"))
        .as("%s", command)
        .isInstanceOf(Outcome.Done.class);
  }

  /** Waits until so many moves have begun, and no slot is on its way. */
  private void settled(long moves) {
    RunningNode one = nodes.getFirst();
    one.until(
        60,
        () -> {
          ClusterMap map = map();
          return map.lastMove() == moves
              && map.moves().isEmpty()
              && map.shards().stream().allMatch(ClusterMap.Placement::settled);
        });
  }

  private static List<Slots> slots(int from, int to) {
    return List.of(new Slots(from, to));
  }

  private SlotSet slotsOf(int shard) {
    return Slots.set(map().shard(shard).orElseThrow().slots());
  }

  @Test
  void oneSlotMovesWithItsHistoryAndItsReplies() {
    RunningNode one = nodes.getFirst();
    String id = "w1";
    int slot = RunningNode.address(id).slot();
    int from = slot < 2048 ? 0 : 1;
    for (int i = 0; i < 200; i++) {
      assertThat(text(one.run(id, new Deposit(1), "k" + i)))
          .isEqualTo("{\"balance\":" + (i + 1) + "}@" + (i + 1));
    }
    assertThat(text(one.run(id, new Withdraw(1000), "no"))).isEqualTo("insufficient-funds@200");
    History before = one.node().entities().history(RunningNode.address(id), 0, 1000);

    change(new ClusterCommand.Move(slots(slot, slot), 1 - from));
    settled(1);

    assertThat(slotsOf(1 - from).has(slot)).isTrue();
    assertThat(slotsOf(from).has(slot)).isFalse();
    for (RunningNode node : nodes) {
      assertThat(text(node.read(id))).isEqualTo("{\"balance\":200}@200");
      for (int i = 0; i < 200; i += 7) {
        assertThat(text(node.run(id, new Deposit(1), "k" + i)))
            .isEqualTo("{\"balance\":" + (i + 1) + "}@" + (i + 1) + " replayed");
      }
      assertThat(text(node.run(id, new Withdraw(1000), "no")))
          .isEqualTo("insufficient-funds@200 replayed");
      History after = node.node().entities().history(RunningNode.address(id), 0, 1000);
      assertThat(withoutOffsets(after)).isEqualTo(withoutOffsets(before));
    }
    assertThat(text(one.run(id, new Deposit(5), "after"))).isEqualTo("{\"balance\":205}@201");
  }

  @Test
  void nothingIsLostDoubledOrReorderedWhileSlotsMoveAndALeaderStops() {
    AtomicBoolean stop = new AtomicBoolean();
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(new Writer(i, stop));
    }
    List<Thread> threads = writers.stream().map(one -> Thread.ofVirtual().start(one)).toList();
    long begun = nodes.getFirst().node().clock().monotonicNs();

    change(new ClusterCommand.Move(slots(0, 255), 1));
    settled(1);
    change(new ClusterCommand.Move(slots(0, 255), 0));
    settled(2);
    change(new ClusterCommand.Split(0));
    nodes.getFirst().until(20, () -> map().lastMove() == 3);
    nodes.getFirst().until(20, () -> slotsOf(2).count() > 100);
    RunningNode killed = leaderOf(2);
    cluster.stop(killed);
    settled(3);
    change(new ClusterCommand.Move(slots(1024, 1100), 1));
    settled(4);
    stop.set(true);
    threads.forEach(SlotMoveTest::join);

    long seconds = (nodes.getFirst().node().clock().monotonicNs() - begun) / SECOND_NS;
    long longest = writers.stream().mapToLong(one -> one.longestNs).max().orElse(0) / 1_000_000;
    long done = writers.stream().mapToLong(one -> one.done).sum();
    System.out.printf("%d commands in %d s; the longest took %d ms%n", done, seconds, longest);
    assertThat(writers.stream().flatMap(one -> one.wrong.stream())).isEmpty();
    assertThat(slotsOf(0).count()).isEqualTo(1024);
    assertThat(slotsOf(2).count()).isEqualTo(1024 - 77);
    writers.forEach(this::check);
    sameEverywhere();
  }

  @Test
  void whatHasNotArrivedWhenAMoveIsCalledBackStaysAndIsWrittenAllTheWhile() {
    AtomicBoolean stop = new AtomicBoolean();
    List<Writer> writers = List.of(new Writer(0, stop), new Writer(1, stop), new Writer(2, stop));
    List<Thread> threads = writers.stream().map(one -> Thread.ofVirtual().start(one)).toList();
    change(new ClusterCommand.Move(slots(0, 2047), 1));
    nodes.getFirst().until(30, () -> slotsOf(1).count() > 2048);

    change(new ClusterCommand.Cancel(1));
    settled(1);

    SlotSet stayed = Slots.set(map().ended().getFirst().slots());
    assertThat(stayed.isEmpty()).isFalse();
    assertThat(map().ended().getFirst().ending()).contains("called it back");
    assertThat(slotsOf(0)).isEqualTo(stayed);
    change(new ClusterCommand.Move(Slots.ranges(stayed.atMost(50)), 1));
    settled(2);
    stop.set(true);
    threads.forEach(SlotMoveTest::join);
    assertThat(writers.stream().flatMap(one -> one.wrong.stream())).isEmpty();
    assertThat(slotsOf(0).count()).isEqualTo(stayed.count() - 50);
    writers.forEach(this::check);
    sameEverywhere();
  }

  @Test
  void aDamagedRowEndsItsMoveAndNoOther() {
    RunningNode one = nodes.getFirst();
    int slot = 5;
    String id = idIn(slot, "w");
    EntityAddress damaged = RunningNode.address(idIn(slot, "broken"));
    assertThat(text(one.run(id, new Deposit(7), "k"))).isEqualTo("{\"balance\":7}@1");
    for (RunningNode node : nodes) {
      StoreBatch batch = new StoreBatch();
      batch.put(Keys.record(damaged, 1L << 40), new byte[] {1, 2, 3});
      Inside.shard(node.node(), 0).store().write(batch);
    }

    change(new ClusterCommand.Move(slots(slot, slot), 1));
    change(new ClusterCommand.Move(slots(100, 200), 1));
    settled(2);

    assertThat(map().ended()).hasSize(1);
    assertThat(map().ended().getFirst().ending()).contains("shard 0 are damaged");
    assertThat(slotsOf(1).has(slot)).isFalse();
    assertThat(slotsOf(1).has(150)).isTrue();
    for (RunningNode node : nodes) {
      assertThat(text(node.run(id, new Deposit(7), "k"))).isEqualTo("{\"balance\":7}@1 replayed");
    }
    assertThat(text(one.run(id, new Deposit(1), "k2"))).isEqualTo("{\"balance\":8}@2");
  }

  private static String idIn(int slot, String prefix) {
    int i = 0;
    while (RunningNode.address(prefix + i).slot() != slot) {
      i++;
    }
    return prefix + i;
  }

  @Test
  void aSplitWhoseFounderIsGoneIsCalledBackAndLeavesNothingWhenThatComesBack() {
    String founder = map().shard(0).orElseThrow().replicas().getFirst();
    int number = founder.equals(nodes.getFirst().node().peers().self()) ? 1 : -1;
    for (int i = 0; number < 0; i++) {
      number = founder.equals(nodes.get(i).node().peers().self()) ? i + 1 : -1;
    }
    cluster.stop(nodes.get(number - 1));
    nodes.getFirst().until(30, () -> changed(new ClusterCommand.Split(0)));
    nodes.getFirst().until(20, () -> map().shards().size() == 3);
    assertThat(map().shard(2).orElseThrow().founder()).isEqualTo(founder);

    change(new ClusterCommand.Cancel(1));

    nodes.getFirst().until(20, () -> map().shards().size() == 2 && map().moves().isEmpty());
    RunningNode back = start(number);
    back.until(30, () -> back.node().peers().view().map().lastShard() == 2);
    nodes.getFirst().until(60, () -> ClusterNodes.members(nodes.getFirst(), 3));
    assertThat(Inside.shard(back.node(), 2)).isNull();
    change(new ClusterCommand.Split(0));
    settled(2);
    assertThat(map().shards().getLast().shard()).isEqualTo(3);
    assertThat(slotsOf(3).count()).isEqualTo(1024);
  }

  private boolean changed(ClusterCommand command) {
    return nodes.getFirst().node().peers().control().change(command, "tester")
        instanceof Outcome.Done;
  }

  private RunningNode leaderOf(int shard) {
    RunningNode one = nodes.getFirst();
    one.until(10, () -> leads(shard) != null);
    return java.util.Objects.requireNonNull(leads(shard));
  }

  private @Nullable RunningNode leads(int shard) {
    return nodes.stream()
        .filter(
            node ->
                node.node().figures().stream()
                    .anyMatch(
                        one ->
                            one.shard() == shard
                                && one.journal().role()
                                    == dev.perdure.journal.JournalStatus.Role.LEADER))
        .findFirst()
        .orElse(null);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was acknowledged is there, once, in order; and asked again it is answered the same. */
  private void check(Writer writer) {
    RunningNode node = nodes.getLast();
    writer.acknowledged.forEach(
        (id, balance) -> {
          assertThat(text(node.read(id))).isEqualTo("{\"balance\":" + balance + "}@" + balance);
          History.Page page =
              (History.Page) node.node().entities().history(RunningNode.address(id), 0, 10_000);
          for (int i = 0; i < page.events().size(); i++) {
            assertThat(page.events().get(i).version()).isEqualTo(i + 1);
            assertThat(page.events().get(i).operationId()).isEqualTo(id + "-" + (i + 1));
          }
          assertThat(page.events()).hasSize((int) (long) balance);
          for (long i = Math.max(1, balance - 3); i <= balance; i++) {
            assertThat(text(node.run(id, new Deposit(1), id + "-" + i)))
                .isEqualTo("{\"balance\":" + i + "}@" + i + " replayed");
          }
        });
  }

  private void sameEverywhere() {
    RunningNode one = nodes.getFirst();
    RunningNode other = nodes.getLast();
    one.until(
        30,
        () -> {
          Digests.Digest here = one.node().digests().served();
          Digests.Digest there = other.node().digests().served();
          return here.state() == there.state()
              && here.facts() == there.facts()
              && here.state() == one.node().digests().genesis().state();
        });
  }

  /** Deposits one at a time into its own wallets, each under an id that says the next balance. */
  private final class Writer implements Runnable {
    private final int number;
    private final AtomicBoolean stop;
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long longestNs;
    private long done;

    Writer(int number, AtomicBoolean stop) {
      this.number = number;
      this.stop = stop;
    }

    @Override
    public void run() {
      for (int i = 0; !stop.get() && wrong.isEmpty(); i++) {
        String id = "w" + number + "-" + i % WALLETS;
        deposit(id, acknowledged.getOrDefault(id, 0L) + 1);
      }
    }

    private void deposit(String id, long balance) {
      RunningNode first = nodes.get((int) ((number + balance) % nodes.size()));
      long begun = first.node().clock().monotonicNs();
      for (RunningNode node = first; ; node = nodes.get(number % nodes.size())) {
        Outcome outcome = node.run(id, new Deposit(1), id + "-" + balance);
        String answer = text(outcome).replace(" replayed", "");
        if (!(outcome instanceof Outcome.Failed)) {
          if (!answer.equals("{\"balance\":" + balance + "}@" + balance)) {
            wrong.add(id + " was to become " + balance + ": " + answer);
          }
          break;
        }
        if (first.node().clock().monotonicNs() - begun > 20 * SECOND_NS) {
          wrong.add(id + ": " + outcome);
          return;
        }
      }
      longestNs = Math.max(longestNs, first.node().clock().monotonicNs() - begun);
      acknowledged.put(id, balance);
      done++;
    }
  }

  private static List<String> withoutOffsets(History history) {
    return ((History.Page) history)
        .events().stream()
            .map(
                one ->
                    one.version()
                        + " "
                        + one.type()
                        + " "
                        + one.stampMicros()
                        + " "
                        + one.operationId()
                        + " "
                        + new String(one.json(), java.nio.charset.StandardCharsets.UTF_8))
            .toList();
  }
}
