package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Queue;
import dev.perdure.api.Retry;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.Queues.Leased;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues of three nodes. */
class QueueClusterTest {

  private static final Queue WORK =
      Queue.named("work").withRetry(new Retry(50, Duration.ZERO, 1, Duration.ZERO));

  @TempDir private Path directory;

  private static Queues.Id send(RunningNode node, String text) {
    Workbench work = Workbench.of(node);
    Queues.Id[] sent = new Queues.Id[1];
    node.until(
        60,
        () -> {
          if (work.trySend(text, 3, Duration.ZERO, text) instanceof Answer.Got<Queues.Sent> got) {
            sent[0] = got.value().id();
          }
          return sent[0] != null;
        });
    return sent[0];
  }

  private static long leading(RunningNode node) {
    return node.node().figures().stream().filter(one -> node.node().leads(one.shard())).count();
  }

  @Test
  void anyNodeLeasesWhatAnyOtherLeadsAndNothingIsLostWhenALeaderStopsOrSlotsMove() {
    try (ClusterNodes nodes = new ClusterNodes(directory, 3, () -> new Workbench.Shop(WORK))) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      one.until(60, () -> leading(one) > 0 && leading(two) > 0 && leading(three) > 0);
      Set<Queues.Id> sent = new HashSet<>();
      for (int i = 0; i < 60; i++) {
        sent.add(send(i % 2 == 0 ? one : two, "m" + i));
      }
      // every one is had through a single node
      Map<Queues.Id, Set<String>> acked = new HashMap<>();
      Set<Integer> shards = new HashSet<>();
      Workbench work = Workbench.of(three);
      for (int i = 0; i < 20; i++) {
        Leased leased =
            Workbench.got(work.tryLease(1, Duration.ofMinutes(1), Duration.ofSeconds(30)))
                .getFirst();
        shards.add(shardOf(three, leased));
        ack(three, leased, acked);
      }
      assertThat(shards).hasSizeGreaterThan(1);
      Set<Queues.Id> dead = dead(three, 12);
      // leases that nobody answers, a leader that stops, slots that move
      Workbench.got(work.tryLease(10, Duration.ofSeconds(2), Duration.ofSeconds(30)));
      nodes.stop(one);
      for (int i = 60; i < 80; i++) {
        sent.add(send(two, "m" + i));
      }
      move(two);
      two.until(
          120,
          () -> {
            Answer<List<Leased>> got =
                Workbench.of(two).tryLease(5, Duration.ofSeconds(20), Duration.ofMillis(200));
            if (got instanceof Answer.Got<List<Leased>> some) {
              some.value().forEach(leased -> ack(three, leased, acked));
            }
            return acked.keySet().containsAll(sent);
          });
      assertThat(sent).hasSize(80);
      assertThat(acked.values()).allSatisfy(tokens -> assertThat(tokens).hasSize(1));
      assertThat(Workbench.got(Workbench.of(two).tryLease(5, null, Duration.ofSeconds(1))))
          .isEmpty();
      // what moved is counted where it is, and nowhere else
      two.until(60, () -> unfinished(two) + unfinished(three) == 0);
      two.until(60, () -> deadHere(two).size() + deadHere(three).size() == dead.size());
      Set<Queues.Id> found = new HashSet<>(deadHere(two));
      found.addAll(deadHere(three));
      assertThat(found).isEqualTo(dead);
    }
  }

  private static Set<Queues.Id> dead(RunningNode node, int count) {
    Set<Queues.Id> all = new HashSet<>();
    Workbench other = Workbench.of(node).as("other");
    for (int i = 0; i < count; i++) {
      other.send("dead");
    }
    node.until(
        60,
        () -> {
          if (other.tryLease(5, Duration.ofMinutes(5), Duration.ofSeconds(1))
              instanceof Answer.Got<List<Leased>> some) {
            for (Leased one : some.value()) {
              Queues.Return given = new Queues.Return(Duration.ZERO, "", true);
              Workbench.got(other.queues().nack(Workbench.held(one), given, node.context()));
              all.add(one.message().id());
            }
          }
          return all.size() == count;
        });
    return all;
  }

  private static long unfinished(RunningNode node) {
    return node.node().queues().figures().stream()
        .mapToLong(one -> one.now().ready() + one.now().delayed() + one.now().leased())
        .sum();
  }

  private static List<Queues.Id> deadHere(RunningNode node) {
    Queues.DeadQuery query = new Queues.DeadQuery("work", null, null, 100);
    return Workbench.got(node.node().queues().dead(query, node.context())).messages().stream()
        .map(one -> one.id())
        .toList();
  }

  private static int shardOf(RunningNode node, Leased leased) {
    Queues.Id id = leased.message().id();
    return node.node()
        .peers()
        .view()
        .shardOf(dev.perdure.runtime.queue.QueueMessages.of(id.tenant(), id.queue(), id.id()));
  }

  private static void ack(RunningNode node, Leased leased, Map<Queues.Id, Set<String>> acked) {
    node.until(
        60,
        () -> {
          Answer<Queues.Message> answer = Workbench.of(node).ack(leased);
          if (answer instanceof Answer.Got<Queues.Message>) {
            acked.computeIfAbsent(leased.message().id(), id -> new HashSet<>()).add(leased.token());
            return true;
          }
          return Workbench.code(answer).equals("lease-lost");
        });
  }

  private static void move(RunningNode node) {
    var control = node.node().peers().control();
    node.until(
        60,
        () ->
            control.change(
                    new ClusterCommand.Move(List.of(new ClusterMap.Slots(0, 700)), 2), "tester")
                instanceof Outcome.Done);
    node.until(
        90,
        () -> {
          ClusterMap map = node.node().peers().view().map();
          return map.lastMove() == 1 && map.moves().isEmpty();
        });
  }
}
