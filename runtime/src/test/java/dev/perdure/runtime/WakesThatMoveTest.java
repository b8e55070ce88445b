package dev.perdure.runtime;

import static dev.perdure.runtime.Holds.number;
import static dev.perdure.runtime.Holds.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.inspect.Verification;
import dev.perdure.runtime.wake.Wakes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wakes go where their entities go: to other leaders, other shards, and through a backup. */
class WakesThatMoveTest {

  private static final int HOLDS = 60;
  private static final long MS = 1_000;
  private static final long HOUR = 3_600_000_000L;

  @TempDir Path directory;

  @Test
  void comeOnceThoughSlotsMoveAndALeaderStops() {
    try (ClusterNodes nodes = new ClusterNodes(directory, 3, Hold.Bundle::new)) {
      RunningNode one = nodes.start(1, List.of());
      RunningNode two = nodes.start(2, List.of(nodes.address(1)));
      RunningNode three = nodes.start(3, List.of(nodes.address(1)));
      one.until(60, () -> ClusterNodes.members(one, 3));
      for (int i = 0; i < HOLDS; i++) {
        run(one, "h" + i, new Hold.For(i % 2 == 0 ? 8_000 * MS : 2_000 * MS));
      }
      var control = two.node().peers().control();
      assertThat(
              control.change(
                  new ClusterCommand.Move(List.of(new ClusterMap.Slots(0, 700)), 2), "tester"))
          .isInstanceOf(Outcome.Done.class);
      two.until(
          60,
          () -> {
            ClusterMap map = two.node().peers().view().map();
            return map.lastMove() == 1 && map.moves().isEmpty();
          });
      nodes.stop(one);
      two.until(60, () -> all(two, three) == HOLDS);

      for (int i = 0; i < HOLDS; i++) {
        assertThat(number(two, "h" + i, "ended")).as("h%d", i).isEqualTo(1);
        assertThat(number(two, "h" + i, "until")).isZero();
      }
      two.until(() -> pending(two) == 0 && pending(three) == 0);
    }
  }

  private static long all(RunningNode two, RunningNode three) {
    long ended = 0;
    for (int i = 0; i < HOLDS; i++) {
      RunningNode asked = i % 2 == 0 ? two : three;
      Outcome read = asked.node().entities().read(Holds.hold("h" + i), asked.context(), false);
      ended += read instanceof Outcome.Done && number(asked, "h" + i, "ended") > 0 ? 1 : 0;
    }
    return ended;
  }

  private static long pending(RunningNode node) {
    return node.node().figures().stream().mapToLong(one -> one.wakes().pending()).sum();
  }

  private RunningNode open(String name, int shards) throws IOException {
    Path data = Files.createDirectories(directory.resolve(name));
    return RunningNode.open(NodeOptions.of(data).withShards(shards), new Hold.Bundle());
  }

  @Test
  void areInABackupAndComeWhereItIsRestored() throws IOException {
    Path repository = directory.resolve("backups");
    try (RunningNode node = open("here", 2)) {
      for (int i = 0; i < HOLDS; i++) {
        run(node, "h" + i, new Hold.For(i % 2 == 0 ? HOUR : 3_000 * MS));
      }
      node.node().backups().start(new Backups.Request(repository, false, 1L << 40));
      node.until(60, () -> !node.node().backups().status().running());
      assertThat(node.node().backups().status().problem()).isEmpty();
    }
    Repository from = Repository.open(repository);
    var _ =
        new Restoration(from, from.newest(), new Progress())
            .to(directory.resolve("there"), 3, Entropy.system());
    try (RunningNode node = open("there", 3)) {
      node.until(() -> pending(node) == HOLDS / 2);
      long listed = 0;
      for (int shard = 0; shard < 3; shard++) {
        Wakes.Page page = node.node().wakes().unfinished(shard, new byte[0], 1000);
        listed += page.pending().size();
      }
      assertThat(listed).isEqualTo(HOLDS / 2);
      assertThat(number(node, "h1", "ended")).isEqualTo(1);
      assertThat(number(node, "h2", "ended")).isZero();
    }
    assertThat(Verification.run(DataDirectory.existing(directory.resolve("there")), null))
        .allMatch(Verification.Checked::holds);
  }
}
