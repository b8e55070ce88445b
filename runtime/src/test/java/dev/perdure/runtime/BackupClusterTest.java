package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Inspection;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is backed up through a node that does not lead everything, and founded anew. */
class BackupClusterTest {

  private static final int WALLETS = 60;

  @TempDir Path directory;

  private ClusterNodes nodes;

  @BeforeEach
  void makeNodes() {
    nodes = new ClusterNodes(directory, 3);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  private Manifest backup(RunningNode node, boolean incremental) {
    node.node()
        .backups()
        .start(new Backups.Request(directory.resolve("backups"), incremental, 1L << 40));
    node.until(60, () -> !node.node().backups().status().running());
    assertThat(node.node().backups().status().problem()).isEmpty();
    assertThat(node.node().backups().status().made()).isNotNull();
    return node.node().backups().status().made();
  }

  @Test
  void goesThroughAnyNodeAndIsRestoredToThree() throws IOException {
    RunningNode one = nodes.start(1, List.of());
    for (int i = 0; i < WALLETS; i++) {
      one.run("w" + i, new Deposit(100), "k");
    }
    RunningNode two = nodes.start(2, List.of(nodes.address(1)));
    RunningNode three = nodes.start(3, List.of(nodes.address(1)));
    one.until(60, () -> ClusterNodes.members(one, 3));
    for (int i = 0; i < WALLETS; i++) {
      three.run("w" + i, new Deposit(1 + i), "k2");
    }
    Manifest full = backup(two, false);
    two.run("w0", new Deposit(1000), "k3");
    Manifest next = backup(three, true);
    String asked = two.node().data().nodeId().toString();
    assertThat(full.shards())
        .as("shards that another node leads")
        .anyMatch(shard -> !shard.node().equals(asked));
    for (int node = 1; node <= 3; node++) {
      for (int shard = 0; shard < full.shards().size(); shard++) {
        assertThat(directory.resolve("n" + node + "/shards/" + shard + "/snapshots"))
            .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("kept-"));
      }
    }
    Repository repository = Repository.open(directory.resolve("backups"));
    for (Manifest made : List.of(full, next)) {
      assertThat(new Inspection(repository, new Progress()).verify(made.id()))
          .allMatch(Inspection.Checked::holds);
    }
    assertThat(next.hash()).isNotEqualTo(full.hash());
    nodes.close();

    new Restoration(repository, next, new Progress())
        .to(directory.resolve("n4"), 0, Entropy.system());
    RunningNode four = nodes.start(4, List.of());
    RunningNode five = nodes.start(5, List.of(nodes.address(4)));
    RunningNode six = nodes.start(6, List.of(nodes.address(4)));
    four.until(60, () -> ClusterNodes.members(four, 3));
    for (RunningNode node : List.of(four, five, six)) {
      node.until(30, () -> node.node().digests().served().facts() == next.hash());
      for (int i = 1; i < WALLETS; i++) {
        assertThat(text(node.read("w" + i))).isEqualTo("{\"balance\":" + (101 + i) + "}@2");
        assertThat(text(node.run("w" + i, new Deposit(100), "k"))).endsWith("@1 replayed");
      }
    }
    nodes.stop(four);
    assertThat(text(six.run("w0", new Deposit(1), "k4"))).isEqualTo("{\"balance\":1102}@4");
    assertThat(text(five.read("w0"))).isEqualTo("{\"balance\":1102}@4");
  }

  private static void move(RunningNode node, int slot, int to) {
    var control = node.node().peers().control();
    long moves = node.node().peers().view().map().lastMove();
    Outcome begun =
        control.change(
            new ClusterCommand.Move(List.of(new ClusterMap.Slots(slot, slot)), to), "tester");
    assertThat(begun).isInstanceOf(Outcome.Done.class);
    node.until(
        30,
        () -> {
          ClusterMap map = node.node().peers().view().map();
          return map.lastMove() == moves + 1 && map.moves().isEmpty();
        });
  }

  @Test
  void whatIsRestoredFromAClusterWhoseSlotsMovedMovesAgain() throws IOException {
    RunningNode one = nodes.start(1, List.of());
    one.run("w1", new Deposit(100), "k");
    int slot = RunningNode.address("w1").slot();
    int shard = slot * 3 / 4096;
    int other = (shard + 1) % 3;
    move(one, slot, other);
    move(one, slot, shard);
    Manifest made = backup(one, false);
    nodes.close();

    new Restoration(Repository.open(directory.resolve("backups")), made, new Progress())
        .to(directory.resolve("n4"), 0, Entropy.system());
    RunningNode four = nodes.start(4, List.of());
    four.until(30, () -> !four.node().peers().view().map().id().isEmpty());
    assertThat(four.node().peers().view().map().lastMove()).isEqualTo(2);
    move(four, slot, other);
    assertThat(text(four.run("w1", new Deposit(100), "k")))
        .isEqualTo("{\"balance\":100}@1 replayed");
    assertThat(text(four.run("w1", new Deposit(1), "k2"))).isEqualTo("{\"balance\":101}@2");
  }

  @Test
  void aBackupOfAShardThatDoesNotOwnItsSlotsIsNotRestored() throws IOException {
    RunningNode one = nodes.start(1, List.of());
    one.run("w1", new Deposit(100), "k");
    StoreBatch batch = new StoreBatch();
    SlotChange gone = new SlotChange(SlotTable.Status.GONE, 1, 2, 0, SlotSet.range(7, 7));
    batch.put(Keys.slotState(7), SlotTable.EMPTY.with(gone).row(7));
    Inside.shard(one.node(), 0).store().write(batch);
    Manifest made = backup(one, false);
    Repository repository = Repository.open(directory.resolve("backups"));

    for (int shards : List.of(0, 2)) {
      Restoration restoration = new Restoration(repository, made, new Progress());
      assertThatThrownBy(
              () -> restoration.to(directory.resolve("r" + shards), shards, Entropy.system()))
          .hasMessageContaining("shard 0 does not own slots 7-7 of it");
    }
    assertThat(new Inspection(repository, new Progress()).verify(made.id()))
        .anyMatch(line -> line.problem().contains("does not own slots 7-7"));
  }
}
