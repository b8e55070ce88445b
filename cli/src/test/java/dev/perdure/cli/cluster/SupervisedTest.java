package dev.perdure.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.NodeProcess;
import dev.perdure.kernel.Clock;
import dev.perdure.lab.cluster.http.Http;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that end in the middle, or at once. */
class SupervisedTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  private static int freePort() throws IOException {
    try (ServerSocket socket = NodeProcess.freePort()) {
      return socket.getLocalPort();
    }
  }

  private static void until(BooleanSupplier condition) {
    long endNs = Clock.system().monotonicNs() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** What this test has started and still runs; command lines are too long to be asked for. */
  private static List<ProcessHandle> processes() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .toList();
  }

  @Test
  void aKilledNodeIsStartedAgainAndAnEndedOneIsNot() throws IOException {
    int admin = freePort();
    String ports = String.valueOf(freePort());
    Supervised node =
        new Supervised(
            "n1", folder, 1, List.of("--api-port", ports, "--admin-port", String.valueOf(admin)));
    try (Http http = new Http()) {
      BooleanSupplier ready = () -> ready(http, admin);
      node.start();
      until(ready);
      ProcessHandle first = processes().getFirst();
      first.destroyForcibly();
      first.onExit().join();
      until(() -> ready.getAsBoolean() && processes().size() == 1);
      assertThat(processes().getFirst().pid()).isNotEqualTo(first.pid());
      node.end();
      node.awaitEnd();
      assertThat(processes()).isEmpty();
      assertThat(ready.getAsBoolean()).isFalse();
    } finally {
      node.end();
      node.awaitEnd();
    }
  }

  private static boolean ready(Http http, int admin) {
    try {
      URI probe = URI.create("http://127.0.0.1:" + admin + "/readyz");
      return http.get(probe, Duration.ofSeconds(2)).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatCannotStartIsTriedLaterAndLater() {
    Supervised node = new Supervised("n1", folder, 1, List.of("--api-port", "no-port"));
    long startNs = Clock.system().monotonicNs();
    try {
      node.start();
      until(() -> attempts() >= 4);
      assertThat(Clock.system().monotonicNs() - startNs)
          .as("0.4, 0.8 and 1.6 s between four attempts")
          .isGreaterThan(Duration.ofMillis(2_800).toNanos());
    } finally {
      node.end();
      node.awaitEnd();
    }
  }

  private long attempts() {
    try {
      return Files.exists(folder.resolve("node.log"))
          ? Files.readAllLines(folder.resolve("node.log")).stream()
              .filter(line -> line.contains("no-port"))
              .count()
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
