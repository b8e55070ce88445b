package dev.perdure.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.lab.cluster.fake.FakeMode;
import dev.perdure.lab.cluster.fake.FakeNode;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.process.FakeTimeLibrary;
import dev.perdure.lab.cluster.process.NodeProcess;
import dev.perdure.lab.cluster.process.PerdureCommand;
import dev.perdure.lab.cluster.process.SmallDisk;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a process does to it what it says. */
class ClusterTest {

  private static final Duration SHORT = Duration.ofMillis(600);
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Http http = new Http();

  @BeforeEach
  void needsNamespaces() {
    assumeTrue(ClusterProof.unavailable().isEmpty(), () -> ClusterProof.unavailable().orElse(""));
  }

  private Cluster start(boolean disks, boolean clocks) {
    return Cluster.start(
        new ClusterSettings(FakeNode.command(FakeMode.HONEST), 1, false, 1, folder, disks, clocks));
  }

  private Answer deposit(Cluster cluster, String key, Duration timeout) throws IOException {
    URI uri = cluster.node(1).address().api().resolve("/v1/entities/account/a/deposit");
    return http.post(uri, Map.of("Idempotency-Key", key), "{\"amount\":5}", timeout);
  }

  @Test
  void aFrozenNodeIsThereAndSilentUntilItThaws() throws IOException {
    try (Cluster cluster = start(false, false)) {
      NodeProcess node = cluster.node(1);
      assertThat(deposit(cluster, "k1", LONG).status()).isEqualTo(200);
      node.pause();
      Wait.until("stopped", () -> node.kernelState().equals("T"));
      assertThat(node.alive()).isTrue();
      assertThatThrownBy(() -> deposit(cluster, "k2", SHORT))
          .isInstanceOf(HttpTimeoutException.class);
      assertThat(node.ready()).isFalse();
      node.resume();
      Wait.until("ready", node::ready);
      assertThat(node.kernelState()).isNotEqualTo("T");
      assertThat(deposit(cluster, "k2", LONG).number("balance")).isEqualTo(10);
    }
  }

  @Test
  void aKilledNodeRefusesAndComesBackOnItsData() throws IOException {
    try (Cluster cluster = start(false, false)) {
      NodeProcess node = cluster.node(1);
      deposit(cluster, "k1", LONG);
      long pid = node.pid();
      node.kill();
      assertThat(node.alive()).isFalse();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      assertThatThrownBy(() -> deposit(cluster, "k2", SHORT)).isInstanceOf(ConnectException.class);
      node.start();
      node.awaitReady(LONG);
      assertThat(node.pid()).isNotEqualTo(pid);
      Answer again = deposit(cluster, "k1", LONG);
      assertThat(again.replayed()).isTrue();
      assertThat(again.number("balance")).isEqualTo(5);
      assertThat(node.terminate(LONG)).as("SIGTERM, to a program without a handler").isEqualTo(143);
    }
  }

  @Test
  void aWallClockIsMovedWhileTheNodeRuns() throws IOException {
    assumeTrue(
        FakeTimeLibrary.unavailable().isEmpty(), () -> FakeTimeLibrary.unavailable().orElse(""));
    try (Cluster cluster = start(false, true)) {
      Wait.until("right", () -> Math.abs(behindMs(cluster)) < 5_000);
      cluster.clock(1).shift(Duration.ofMinutes(1));
      Wait.until("ahead", () -> behindMs(cluster) < -55_000);
      cluster.clock(1).shift(Duration.ofMinutes(-1));
      Wait.until("behind", () -> behindMs(cluster) > 55_000);
      assertThat(cluster.node(1).ready()).isTrue();
      cluster.clock(1).shift(Duration.ZERO);
      Wait.until("right again", () -> Math.abs(behindMs(cluster)) < 5_000);
    }
  }

  /** Timed waits of a JVM spin if the library takes them for waits on the moved clock. */
  @Test
  void aNodeWithAMovedClockDoesNotSpin() throws IOException {
    assumeTrue(
        FakeTimeLibrary.unavailable().isEmpty(), () -> FakeTimeLibrary.unavailable().orElse(""));
    try (Cluster cluster = start(false, true)) {
      cluster.clock(1).shift(Duration.ofMinutes(1));
      Wait.until("ahead", () -> behindMs(cluster) < -55_000);
      Answer parks = http.get(cluster.node(1).address().admin().resolve("/fake/parks"), LONG);
      assertThat(parks.number("parks")).isBetween(1L, 20L);
    }
  }

  private long behindMs(Cluster cluster) {
    try {
      URI uri = cluster.node(1).address().admin().resolve("/fake/wall");
      return System.currentTimeMillis() - http.get(uri, LONG).number("wall_ms");
    } catch (IOException e) {
      throw new LabException("no answer", e);
    }
  }

  @Test
  void aDiskIsFilledToTheLastByteAndEmptied() throws IOException {
    assumeTrue(SmallDisk.unavailable().isEmpty(), () -> SmallDisk.unavailable().orElse(""));
    try (Cluster cluster = start(true, false)) {
      assertThat(deposit(cluster, "k1", LONG).status()).isEqualTo(200);
      assertThat(cluster.disk(1).free()).isPositive();
      cluster.disk(1).fill();
      assertThat(cluster.disk(1).free()).isZero();
      int refused = 0;
      // The last page of the log may have room for some more.
      for (int i = 0; i < 500 && refused == 0; i++) {
        Answer answer = deposit(cluster, "full-" + i, LONG);
        refused += answer.code().equals("read-only") ? 1 : 0;
      }
      assertThat(refused).isEqualTo(1);
      cluster.disk(1).empty();
      assertThat(cluster.disk(1).free()).isPositive();
      assertThat(deposit(cluster, "k2", LONG).status()).isEqualTo(200);
      cluster.node(1).kill();
      cluster.node(1).start();
      cluster.node(1).awaitReady(LONG);
      assertThat(deposit(cluster, "k1", LONG).replayed()).as("the disk outlives it").isTrue();
      assertThat(folder.resolve("n1/disk")).as("seen by nobody else").isEmptyDirectory();
    }
  }

  @Test
  void aNodeThatCannotStartSaysWhy() {
    PerdureCommand broken =
        new PerdureCommand(List.of("sh", "-c", "echo no such option; exit 2", "sh"));
    assertThatThrownBy(() -> Cluster.start(ClusterSettings.plain(broken, 1, false, folder)))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("n1 ended with exit code 2")
        .hasMessageContaining("no such option");
  }
}
