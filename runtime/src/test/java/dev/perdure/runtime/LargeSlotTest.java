package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.ClusterMap.Slots;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A slot of very many entities moves while it is written. For the figure in the decision record:
 * {@code -Dperdure.slot.entities=100000}.
 */
class LargeSlotTest {

  private static final int ENTITIES = Integer.getInteger("perdure.slot.entities", 6_000);
  private static final int WRITERS = 128;
  private static final int SLOT = 11;
  private static final int DIGITS = 10;

  @TempDir Path directory;

  private RunningNode node;

  @AfterEach
  void close() {
    node.close();
  }

  /** Ids of one slot; of 4,096 one is. */
  private static List<String> ids() {
    byte[] prefix = Keys.prefixOf(Keys.record(RunningNode.address("0".repeat(DIGITS)), 0));
    List<String> ids = new ArrayList<>();
    for (long i = 0; ids.size() < ENTITIES; i++) {
      long left = i;
      for (int at = prefix.length - 1; at >= prefix.length - DIGITS; at--, left /= 10) {
        prefix[at] = (byte) ('0' + left % 10);
      }
      if ((Hash64.of(prefix, 2, prefix.length - 2, 0) & (EntityAddress.SLOTS - 1)) == SLOT) {
        ids.add(String.format("%010d", i));
      }
    }
    return ids;
  }

  @Test
  void movesInTimeThatGrowsWithItAndMostOfThatWhileItIsServed() throws InterruptedException {
    ClusterNodes nodes = new ClusterNodes(directory, 2);
    node = nodes.start(1, List.of());
    List<String> ids = ids();
    assertThat(RunningNode.address(ids.getLast()).slot()).isEqualTo(SLOT);
    AtomicInteger next = new AtomicInteger();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          Thread.startVirtualThread(
              () -> {
                for (int at = next.getAndIncrement(); at < ids.size(); ) {
                  boolean done = node.run(ids.get(at), new Deposit(1), "k") instanceof Outcome.Done;
                  at = done ? next.getAndIncrement() : at;
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    long begunNs = node.node().clock().monotonicNs();
    ClusterCommand move = new ClusterCommand.Move(List.of(new Slots(SLOT, SLOT)), 1);
    assertThat(node.node().peers().control().change(move, "tester"))
        .isInstanceOf(Outcome.Done.class);
    long longestNs = 0;
    int written = 0;
    while (!arrived()) {
      long sinceNs = node.node().clock().monotonicNs();
      String key = "m" + written;
      while (!(node.run(ids.getFirst(), new Deposit(1), key) instanceof Outcome.Done)) {
        assertThat(node.node().clock().monotonicNs() - sinceNs).isLessThan(20_000_000_000L);
      }
      longestNs = Math.max(longestNs, node.node().clock().monotonicNs() - sinceNs);
      written++;
    }
    System.out.printf(
        "%d entities in one slot: %d ms until the map said so, a caller waited %d ms at most%n",
        ids.size(),
        (node.node().clock().monotonicNs() - begunNs) / 1_000_000,
        longestNs / 1_000_000);
    assertThat(written).as("commands beside the move").isGreaterThan(1);
    assertThat(longestNs).isLessThan(2_000_000_000L);
    assertThat(text(node.read(ids.getFirst())))
        .isEqualTo("{\"balance\":" + (written + 1) + "}@" + (written + 1));
    for (int i = 1; i < ids.size(); i += 1 + ids.size() / 1_000) {
      assertThat(text(node.run(ids.get(i), new Deposit(1), "k")))
          .isEqualTo("{\"balance\":1}@1 replayed");
    }
  }

  private boolean arrived() {
    ClusterMap map = node.node().peers().view().map();
    return map.lastMove() == 1 && map.moves().isEmpty();
  }
}
