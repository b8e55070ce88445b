package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.Wallet.Deposit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes in this process, with their real journals, stores and sockets. */
class ClusterTest {

  private static final int SHARDS = 3;

  @TempDir Path directory;

  private ClusterNodes nodes;

  @BeforeEach
  void makeNodes() {
    nodes = new ClusterNodes(directory, SHARDS);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  @Test
  void aNodeThatWasAloneGoesOnAsTheFirstOfACluster() throws IOException {
    Path data = Files.createDirectory(directory.resolve("n1"));
    try (RunningNode alone =
        RunningNode.open(NodeOptions.of(data).withShards(SHARDS), new Wallet.Bundle())) {
      for (int i = 0; i < 10; i++) {
        assertThat(text(alone.run("w" + i, new Deposit(100), "k")))
            .isEqualTo("{\"balance\":100}@1");
      }
    }
    RunningNode one = nodes.start(1, List.of());
    RunningNode two = nodes.start(2, List.of(nodes.address(1)));
    one.until(60, () -> ClusterNodes.members(one, 2));
    for (int i = 0; i < 10; i++) {
      assertThat(text(two.run("w" + i, new Deposit(100), "k")))
          .isEqualTo("{\"balance\":100}@1 replayed");
      assertThat(text(two.run("w" + i, new Deposit(1), "k2"))).isEqualTo("{\"balance\":101}@2");
    }
  }

  @Test
  void growsFromOneToThreeAndEveryNodeTakesEveryRequest() {
    RunningNode one = nodes.start(1, List.of());
    for (int i = 0; i < 50; i++) {
      assertThat(text(one.run("w" + i, new Deposit(100), "k"))).isEqualTo("{\"balance\":100}@1");
    }
    RunningNode two = nodes.start(2, List.of(nodes.address(1)));
    RunningNode three = nodes.start(3, List.of(nodes.address(1)));
    one.until(60, () -> ClusterNodes.members(one, 3));
    for (int i = 0; i < 50; i++) {
      for (RunningNode node : List.of(one, two, three)) {
        assertThat(text(node.run("w" + i, new Deposit(100), "k")))
            .isEqualTo("{\"balance\":100}@1 replayed");
        assertThat(text(node.read("w" + i))).isEqualTo("{\"balance\":100}@1");
      }
      assertThat(text(three.run("w" + i, new Deposit(11), "k3"))).isEqualTo("{\"balance\":111}@2");
    }
    nodes.stop(one);
    for (int i = 0; i < 50; i++) {
      assertThat(text(two.run("w" + i, new Deposit(9), "k2"))).isEqualTo("{\"balance\":120}@3");
      assertThat(text(three.read("w" + i))).isEqualTo("{\"balance\":120}@3");
    }
  }

  /** What a node is brought up from is copied while entries are applied. */
  @Test
  void nodesJoinWhileOthersWrite() throws InterruptedException {
    RunningNode one = nodes.start(1, List.of());
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    AtomicInteger written = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      String wallet = "busy" + i;
      writers.add(
          Thread.startVirtualThread(
              () -> {
                for (int n = 1; !stop.get(); n++) {
                  one.run(wallet, new Deposit(1), "k" + n);
                  written.incrementAndGet();
                }
              }));
    }
    RunningNode two = nodes.start(2, List.of(nodes.address(1)));
    RunningNode three = nodes.start(3, List.of(nodes.address(1)));
    one.until(60, () -> ClusterNodes.members(one, 3));
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    long total = 0;
    for (int i = 0; i < writers.size(); i++) {
      String said = text(two.read("busy" + i));
      assertThat(text(three.read("busy" + i))).isEqualTo(said);
      total += Long.parseLong(said.substring(said.indexOf('@') + 1));
    }
    assertThat(total).isEqualTo(written.get());
  }
}
