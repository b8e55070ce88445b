package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.lab.cluster.Cluster;
import dev.perdure.lab.cluster.ClusterProof;
import dev.perdure.lab.cluster.ClusterSettings;
import dev.perdure.lab.cluster.http.Answer;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.net.Link;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.cluster.process.PerdureCommand;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes that do not know each other: what is cut is cut, and only that. */
class RealNodesTest {

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private static final Http http = new Http();
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    assumeTrue(ClusterProof.unavailable().isEmpty(), () -> ClusterProof.unavailable().orElse(""));
    cluster =
        Cluster.start(
            ClusterSettings.plain(
                PerdureCommand.ofThisProcess("dev.perdure.cli.Main"), 3, false, folder));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    http.close();
  }

  private Answer deposit(int node, String key, Duration timeout) throws IOException {
    return deposit(http, node, key, timeout);
  }

  private Answer deposit(Http client, int node, String key, Duration timeout) throws IOException {
    NodeAddress address = cluster.node(node).address();
    return client.post(
        address.api().resolve("/v1/entities/account/a/deposit"),
        Map.of("Idempotency-Key", key),
        "{\"amount\":5}",
        timeout);
  }

  @Test
  void packetsVanishInOneDirectionAndComeBack() throws IOException {
    for (int node = 1; node <= 3; node++) {
      assertThat(deposit(node, "first", LONG).replayed()).as("each is alone").isFalse();
    }
    // No request arrives: nothing happens on the node that is cut off. (A new connection: what was
    // sent on an open one would be sent again by TCP after the healing.)
    Set<Link> there = Set.of(new Link(Network.LOAD, 1));
    cluster.network().cut(there);
    try (Http fresh = new Http()) {
      assertThatThrownBy(() -> deposit(fresh, 1, "there", SHORT))
          .isInstanceOf(HttpConnectTimeoutException.class);
    }
    assertThat(deposit(2, "others", LONG).status()).isEqualTo(200);
    cluster.network().heal(there);
    Answer late = deposit(1, "there", LONG);
    assertThat(late.replayed()).as("never arrived").isFalse();

    // On a connection that is open the request arrives, and only the answer is lost.
    assertThat(deposit(3, "second", LONG).number("balance")).isEqualTo(10);
    Set<Link> back = Set.of(new Link(3, Network.LOAD));
    cluster.network().cut(back);
    assertThatThrownBy(() -> deposit(3, "back", SHORT)).isInstanceOf(HttpTimeoutException.class);
    cluster.network().heal(back);
    Answer again = deposit(3, "back", LONG);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.replayed()).as("had been executed").isTrue();
    assertThat(again.number("balance")).isEqualTo(15);
  }

  @Test
  void aDrainedNodeEndsWithZeroAndComesBack() throws IOException {
    Answer kept = deposit(2, "kept", LONG);
    assertThat(cluster.node(2).terminate(Duration.ofSeconds(30))).isZero();
    assertThat(cluster.node(2).alive()).isFalse();
    assertThat(cluster.node(1).ready()).isTrue();
    cluster.node(2).start();
    cluster.node(2).awaitReady(Cluster.READY_MAX);
    Answer again = deposit(2, "kept", LONG);
    assertThat(again.replayed()).isTrue();
    assertThat(again.number("balance")).isEqualTo(kept.number("balance"));
  }
}
