package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Queue;
import dev.perdure.api.Retry;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.Queues.DeadQuery;
import dev.perdure.runtime.Queues.Leased;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues of one node. */
class QueueTest {

  private static final Retry AT_ONCE = new Retry(3, Duration.ZERO, 1, Duration.ZERO);
  private static final Queue WORK = Queue.named("work").withRetry(AT_ONCE);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;

  private RunningNode open(Queue... queues) {
    return RunningNode.open(NodeOptions.of(directory).withShards(3), new Workbench.Shop(queues));
  }

  @Test
  void givesEachMessageToOneWorkerAndForgetsItWhenItIsAcked() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      Queues.Id id = work.send("a");
      Leased leased = work.lease(10).getFirst();
      assertThat(leased.message().id()).isEqualTo(id);
      assertThat(Workbench.text(leased)).isEqualTo("a");
      assertThat(work.lease(10)).isEmpty();
      assertThat(work.see(id).by()).isEqualTo("tester");
      assertThat(Workbench.got(work.ack(leased)).state()).isEqualTo("done");
      assertThat(work.lease(10)).isEmpty();
      assertThat(work.counts()).isEqualTo("0 0 0 0");
      assertThat(Workbench.code(work.nack(leased, Duration.ZERO))).isEqualTo("lease-lost");
    }
  }

  @Test
  void sendsUnderAKeyOnceHoweverLongAgo() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      Queues.Sent first = Workbench.got(work.trySend("a", 3, Duration.ZERO, "k"));
      assertThat(first.existing()).isFalse();
      work.ack(work.lease(1).getFirst());
      Queues.Sent again = Workbench.got(work.trySend("a", 3, Duration.ZERO, "k"));
      assertThat(again).isEqualTo(new Queues.Sent(first.id(), true));
      assertThat(work.lease(1)).isEmpty();
      assertThat(Workbench.code(work.trySend("b", 3, Duration.ZERO, "k")))
          .isEqualTo("operation-id-reused");
      assertThat(Workbench.got(work.as("other").trySend("b", 3, Duration.ZERO, "k")).existing())
          .isFalse();
    }
  }

  @Test
  void givesWhatIsUrgentFirstAndThenWhatIsOldest() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      for (String text : List.of("c3", "d3", "e7", "a0", "f7", "b1")) {
        work.trySend(text, text.charAt(1) - '0', Duration.ZERO, null);
      }
      assertThat(Workbench.texts(work.lease(4))).isEqualTo(List.of("a0", "b1", "c3", "d3"));
      assertThat(Workbench.texts(work.lease(9))).isEqualTo(List.of("e7", "f7"));
    }
  }

  @Test
  void aTenantWithAThousandMessagesDoesNotKeepOneWithOneWaiting() {
    try (RunningNode node = open(WORK)) {
      Workbench many = Workbench.of(node).as("many");
      for (int i = 0; i < 1_000; i++) {
        many.trySend("m" + i, 0, Duration.ZERO, null);
      }
      Workbench one = many.as("one");
      one.trySend("x", 7, Duration.ZERO, null);
      assertThat(Workbench.texts(one.leaseOfAll(2))).contains("x").hasSize(2);
      assertThat(one.lease(5)).isEmpty();
      assertThat(Workbench.texts(many.lease(2))).doesNotContain("x").hasSize(2);
    }
  }

  @Test
  void aLeaseThatIsOverPassesTheMessageOnAndItsTokenIsRefused() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      Queues.Id id = work.send("a");
      Leased late =
          Workbench.got(work.tryLease(1, Duration.ofMillis(50), Duration.ZERO)).getFirst();
      Leased next = Workbench.got(work.tryLease(1, HOUR, Duration.ofSeconds(30))).getFirst();
      assertThat(next.message().id()).isEqualTo(id);
      assertThat(next.attempt()).isEqualTo(2);
      assertThat(Workbench.code(work.ack(late))).isEqualTo("lease-lost");
      assertThat(Workbench.code(work.nack(late, Duration.ZERO))).isEqualTo("lease-lost");
      assertThat(Workbench.code(work.queues().extend(Workbench.held(late), HOUR, node.context())))
          .isEqualTo("lease-lost");
      assertThat(work.see(id).state()).isEqualTo("leased");
      assertThat(work.ack(next)).isInstanceOf(Answer.Got.class);
    }
  }

  @Test
  void aHeartbeatKeepsTheLease() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      work.send("a");
      Leased leased =
          Workbench.got(work.tryLease(1, Duration.ofMillis(500), Duration.ZERO)).getFirst();
      Queues.Message longer =
          Workbench.got(work.queues().extend(Workbench.held(leased), HOUR, node.context()));
      assertThat(longer.until() - leased.until()).isGreaterThan(3_000_000_000L);
      // one sent to wait for outlives the first lease
      work.trySend("b", 3, Duration.ofMillis(900), null);
      List<Leased> other = Workbench.got(work.tryLease(2, HOUR, Duration.ofSeconds(30)));
      assertThat(Workbench.texts(other)).isEqualTo(List.of("b"));
      assertThat(work.see(leased.message().id()).state()).isEqualTo("leased");
    }
  }

  @Test
  void whatFailsTooOftenIsADeadLetterUntilAPersonDecides() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      Queues.Id id = work.send("a");
      for (int attempt = 1; attempt <= 3; attempt++) {
        Leased leased = Workbench.got(work.tryLease(1, HOUR, Duration.ofSeconds(30))).getFirst();
        assertThat(leased.attempt()).isEqualTo(attempt);
        work.nack(leased, null);
      }
      assertThat(work.see(id).state()).isEqualTo("dead");
      assertThat(work.counts()).isEqualTo("0 0 0 1");
      DeadQuery all = new DeadQuery("work", null, null, 10);
      assertThat(Workbench.got(work.queues().dead(all, node.context())).messages())
          .singleElement()
          .satisfies(one -> assertThat(one.error()).isEqualTo("no"));
      Workbench.got(work.queues().replay(id, "mended", node.context()));
      Leased again = work.lease(1).getFirst();
      assertThat(again.attempt()).isEqualTo(1);
      assertThat(Workbench.code(work.queues().discard(id, "x", node.context())))
          .isEqualTo("message-not-dead");
      Workbench.got(
          work.queues()
              .nack(
                  Workbench.held(again),
                  new Queues.Return(null, "hopeless", true),
                  node.context()));
      assertThat(work.see(id).error()).isEqualTo("hopeless");
      Workbench.got(work.queues().discard(id, "nobody wants it", node.context()));
      assertThat(work.counts()).isEqualTo("0 0 0 0");
      assertThat(work.see(id).state()).isEqualTo("done");
    }
  }

  @Test
  void aWorkerThatDiesTooOftenMakesADeadLetter() {
    try (RunningNode node = open(WORK.withRetry(Retry.never()))) {
      Workbench work = Workbench.of(node);
      Queues.Id id = work.send("a");
      Workbench.got(work.tryLease(1, Duration.ofMillis(20), Duration.ZERO));
      node.until(30, () -> work.see(id).state().equals("dead"));
      assertThat(work.see(id).error()).contains("lease was over");
    }
  }

  @Test
  void aWorkerThatWaitsGetsWhatIsSent() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      CompletableFuture<List<Leased>> waiting =
          CompletableFuture.supplyAsync(
              () -> Workbench.got(work.tryLease(1, HOUR, Duration.ofSeconds(50))),
              task -> Thread.ofVirtual().start(task));
      work.as("other").send("not for you");
      work.send("a");
      assertThat(Workbench.texts(waiting.join())).isEqualTo(List.of("a"));
      assertThat(Workbench.got(work.tryLease(1, HOUR, Duration.ofMillis(50)))).isEmpty();
    }
  }

  @Test
  void aDelayIsWaitedFor() {
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      work.trySend("later", 3, HOUR, null);
      work.trySend("soon", 3, Duration.ofMillis(300), null);
      assertThat(work.lease(5)).isEmpty();
      assertThat(work.counts()).isEqualTo("0 2 0 0");
      Leased leased = Workbench.got(work.tryLease(5, HOUR, Duration.ofSeconds(30))).getFirst();
      assertThat(Workbench.text(leased)).isEqualTo("soon");
      Workbench.got(work.nack(leased, HOUR));
      assertThat(work.lease(5)).isEmpty();
    }
  }

  @Test
  void limitsAreRefusalsThatSayWhenToComeAgain() {
    Queue small =
        WORK.withCapacity(new Queue.Capacity(3, 2, 1, 20)).withLease(Duration.ofSeconds(1), HOUR);
    Queue slow = Queue.named("slow").withPerSecond(0.01);
    try (RunningNode node = open(small, slow)) {
      Workbench work = Workbench.of(node);
      work.send("a");
      work.send("b");
      Answer<Queues.Sent> tenantFull = work.trySend("c", 3, Duration.ZERO, null);
      assertThat(Workbench.code(tenantFull)).isEqualTo("queue-full");
      assertThat(((Answer.Failed<?>) tenantFull).problem().retryAfterMs()).isPositive();
      work.as("b").send("c");
      assertThat(Workbench.code(work.as("c").trySend("d", 3, Duration.ZERO, null)))
          .isEqualTo("queue-full");
      assertThat(Workbench.code(work.trySend("x".repeat(20), 3, Duration.ZERO, null)))
          .isEqualTo("body-too-large");
      assertThat(Workbench.code(work.tryLease(101, null, Duration.ZERO))).isEqualTo("invalid-body");
      assertThat(Workbench.code(work.tryLease(1, HOUR.plusMillis(1), Duration.ZERO)))
          .isEqualTo("invalid-body");
      Leased only = work.lease(5).getFirst();
      assertThat(Workbench.code(work.tryLease(1, null, Duration.ZERO))).isEqualTo("queue-limited");
      work.ack(only);
      assertThat(work.lease(5)).hasSize(1);
      assertThat(work.trySend("d", 3, Duration.ZERO, null)).isInstanceOf(Answer.Got.class);

      Workbench limited = new Workbench(node, "slow", "default");
      limited.send("a");
      limited.send("b");
      assertThat(limited.lease(5)).hasSize(1);
      Answer<List<Leased>> refused = limited.tryLease(5, null, Duration.ofMillis(20));
      assertThat(Workbench.code(refused)).isEqualTo("queue-limited");
      assertThat(((Answer.Failed<?>) refused).problem().retryAfterMs())
          .isBetween(50_000L, 100_000L);
      assertThat(Workbench.code(new Workbench(node, "none", "default").tryLease(1, null, HOUR)))
          .isEqualTo("unknown-queue");
    }
  }

  @Test
  void whatWasReadyLeasedDelayedAndDeadIsSoAfterARestart() {
    Map<String, Leased> out = new HashMap<>();
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      work.send("dead");
      work.queues()
          .nack(
              Workbench.held(work.lease(1).getFirst()),
              new Queues.Return(null, "no", true),
              node.context());
      work.send("leased");
      work.send("expires");
      work.lease(1).forEach(one -> out.put(Workbench.text(one), one));
      Workbench.got(work.tryLease(1, Duration.ofMillis(100), Duration.ZERO))
          .forEach(one -> out.put(Workbench.text(one), one));
      work.send("ready");
      work.trySend("delayed", 3, HOUR, null);
    }
    try (RunningNode node = open(WORK)) {
      Workbench work = Workbench.of(node);
      node.until(30, () -> work.counts().equals("2 1 1 1"));
      assertThat(Workbench.texts(work.lease(10))).isEqualTo(List.of("expires", "ready"));
      assertThat(Workbench.code(work.ack(out.get("expires")))).isEqualTo("lease-lost");
      assertThat(work.ack(out.get("leased"))).isInstanceOf(Answer.Got.class);
      assertThat(work.counts()).isEqualTo("0 1 2 1");
    }
  }

  @Test
  void everyMessageIsDoneByOneLeaseThoughNodesAndWorkersStopAtAnyMoment() {
    SplittableRandom random = new SplittableRandom(11);
    Queue many = WORK.withRetry(new Retry(1_000, Duration.ZERO, 1, Duration.ZERO));
    Set<Queues.Id> sent = new HashSet<>();
    Map<Queues.Id, Set<String>> acked = new HashMap<>();
    int number = 0;
    for (int round = 0; round < 5; round++) {
      List<Thread> workers = new ArrayList<>();
      try (RunningNode node = open(many)) {
        Workbench work = Workbench.of(node);
        for (int i = 0; i < 40; i++) {
          sent.add(Workbench.got(work.trySend("m" + number++, i % 8, Duration.ZERO, null)).id());
        }
        for (int i = 0; i < 4; i++) {
          SplittableRandom own = random.split();
          workers.add(Thread.ofVirtual().start(() -> work(work, own, acked)));
        }
        int enough = random.nextInt(10, 40) * (round + 1);
        node.until(30, () -> size(acked) >= Math.min(enough, sent.size() - 1));
      } // it is closed while they work
      workers.forEach(QueueTest::join);
    }
    try (RunningNode node = open(many)) {
      Workbench work = Workbench.of(node);
      node.until(
          60,
          () -> {
            for (Leased one : work.lease(100)) {
              acked(acked, one, work.ack(one));
            }
            return work.counts().equals("0 0 0 0");
          });
      assertThat(sent).hasSize(200);
      for (Queues.Id id : sent) {
        assertThat(work.see(id).state()).as("%s", id).isEqualTo("done");
        // of an ack that the node could not answer any more nobody knows
        assertThat(acked.getOrDefault(id, Set.of())).as("%s", id).hasSizeLessThan(2);
      }
      assertThat(acked.size()).isGreaterThan(150);
    }
  }

  private static int size(Map<Queues.Id, Set<String>> acked) {
    synchronized (acked) {
      return acked.size();
    }
  }

  private static void acked(
      Map<Queues.Id, Set<String>> acked, Leased one, Answer<Queues.Message> answer) {
    if (answer instanceof Answer.Got<Queues.Message>) {
      synchronized (acked) {
        acked.computeIfAbsent(one.message().id(), id -> new HashSet<>()).add(one.token());
      }
    }
  }

  /** A worker that dies, gives back, is late, or does it. */
  private static void work(
      Workbench work, SplittableRandom random, Map<Queues.Id, Set<String>> acked) {
    while (true) {
      Duration time = Duration.ofMillis(random.nextInt(1, 200));
      if (!(work.tryLease(3, time, Duration.ofSeconds(1)) instanceof Answer.Got<List<Leased>> got)
          || (got.value().isEmpty() && !work.node().node().health().writes())) {
        return;
      }
      for (Leased one : got.value()) {
        switch (random.nextInt(4)) {
          case 0 -> {
            // it dies
          }
          case 1 -> work.nack(one, Duration.ofMillis(random.nextInt(20)));
          default -> acked(acked, one, work.ack(one));
        }
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
