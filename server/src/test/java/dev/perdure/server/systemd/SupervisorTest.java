package dev.perdure.server.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.kernel.Clock;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node tells a real socket, which another program reads, what systemd is to know. */
@Timeout(60)
class SupervisorTest {

  /** Prints each datagram on a line; the lines of it parted by '|'. */
  private static final String RECEIVER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      name = sys.argv[1]
      s.bind('\\0' + name[1:] if name[0] == '@' else name)
      print('bound', flush=True)
      while True:
          print(s.recv(4096).decode().replace('\\n', '|'), flush=True)
      """;

  @TempDir Path folder;

  private Process receiver(String name) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/python3")), "needs /usr/bin/python3 to read a socket");
    return new ProcessBuilder("/usr/bin/python3", "-c", RECEIVER, name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private Perdure start() {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, folder.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new Account.Bank());
  }

  /** What was received up to a line that begins so, this included. */
  private static List<String> until(BufferedReader lines, String beginning) throws IOException {
    List<String> all = new ArrayList<>();
    do {
      all.add(Objects.requireNonNull(lines.readLine()));
    } while (!all.getLast().startsWith(beginning));
    return all;
  }

  @Test
  void saysWhenItIsReadyThatItLivesAndThatItStops() throws Exception {
    tells(folder.resolve("notify").toString());
  }

  @Test
  void findsAnAbstractSocket() throws Exception {
    tells("@perdure-test-" + ProcessHandle.current().pid());
  }

  private void tells(String name) throws Exception {
    Process receiver = receiver(name);
    try (BufferedReader lines = receiver.inputReader(StandardCharsets.UTF_8)) {
      until(lines, "bound");
      Map<String, String> environment = Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "900000");
      try (Supervisor supervisor =
          Objects.requireNonNull(Supervisor.connect(environment, Clock.system()))) {
        try (Perdure node = start()) {
          assertThat(until(lines, "STATUS")).containsExactly("STATUS=the node is starting");
          supervisor.watch(node.view());
          assertThat(until(lines, "READY=1")).last().isEqualTo("READY=1|STATUS=serving");
          until(lines, "WATCHDOG=1");
          assertThat(until(lines, "WATCHDOG=1")).containsExactly("WATCHDOG=1");
        }
        assertThat(until(lines, "STOPPING=1")).last().asString().contains("STATUS=the node is");
        awaitQuiet(lines);
      }
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  /** Its loops have ended: a watchdog, which was fed every 300 ms, hears of it no more. */
  private static void awaitQuiet(BufferedReader lines) throws IOException {
    long quietSinceNs = Clock.system().monotonicNs();
    while (Clock.system().monotonicNs() - quietSinceNs < 1_500_000_000L) {
      if (lines.ready()) {
        lines.readLine();
        quietSinceNs = Clock.system().monotonicNs();
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void saysNothingWithoutSystemdOrToANameThatIsNone() {
    assertThat(Supervisor.connect(Map.of(), Clock.system())).isNull();
    assertThat(Supervisor.connect(Map.of("NOTIFY_SOCKET", "vsock:2:9"), Clock.system())).isNull();
    assertThat(Supervisor.connect(Map.of("NOTIFY_SOCKET", "/" + "a".repeat(107)), Clock.system()))
        .isNull();
  }

  /** systemd may restart, and its socket be gone for a while: the node goes on. */
  @Test
  void goesOnWhenNobodyListens() {
    Map<String, String> environment = Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString());
    try (Supervisor supervisor =
        Objects.requireNonNull(Supervisor.connect(environment, Clock.system()))) {
      try (Perdure node = start()) {
        supervisor.watch(node.view());
        assertThat(node.view().started()).isTrue();
      }
    }
  }
}
